"""A scorecard as large as people complain of: Meridian's, so many times over."""

from pathlib import Path

import pandas as pd
import yaml

from bsclib import read_actuals

MERIDIAN = Path(__file__).parents[1] / "datasets" / "meridian" / "scorecard.yaml"


def many(folder, times=8):
    """Meridian's KPIs, links and actuals so many times: 216 KPIs."""
    data = yaml.safe_load(MERIDIAN.read_text(encoding="utf-8"))
    actuals, whole, frames = read_actuals("meridian"), {"kpis": [], "links": []}, []
    for at in range(times):
        again = {kpi["id"]: f"{kpi['id']}-{at}" for kpi in data["kpis"]}
        for kpi in data["kpis"]:
            guards = {"guarded_by": [again[id] for id in kpi["guarded_by"]]} if "guarded_by" in kpi else {}
            whole["kpis"].append({**kpi, **guards, "id": again[kpi["id"]], "name": f"{kpi['name']} {at}"})
        whole["links"] += [{**one, **{end: again[one[end]] for end in ("cause", "effect")}} for one in data["links"]]
        frames.append(actuals.assign(kpi=actuals["kpi"].astype(str).map(again)))
    left = ("initiatives", "events", "review", "actions")  # they speak of KPIs by the ids that they had
    data = {name: value for name, value in data.items() if name not in left}
    (folder / "scorecard.yaml").write_text(yaml.safe_dump({**data, **whole}), encoding="utf-8")
    pd.concat(frames).to_csv(folder / "actuals.csv", index=False)
