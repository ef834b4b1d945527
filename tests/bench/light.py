"""A light notebook: pandas, one seaborn picture, one table."""

from nbformat import v4

CELLS = [
    'unit: str = "all"  # unit the report is about\nmonths: int = 24  # how many months',
    "import numpy as np\nimport pandas as pd\nimport seaborn as sns",
    "rng = np.random.default_rng(sum(map(ord, unit)))\n"
    "kpis = ['cost', 'uptime', 'mttr']\n"
    "actuals = pd.DataFrame({'month': np.tile(np.arange(months), 3), 'kpi': np.repeat(kpis, months)})\n"
    "actuals['actual'] = rng.normal(100, 10, len(actuals)).round(1)\n"
    "print(f'{unit}: {len(actuals)} actuals')",
    "axes = sns.lineplot(actuals, x='month', y='actual', hue='kpi')\naxes.set_title(unit);",
    "actuals.groupby('kpi')['actual'].describe().round(1)",
]


def light():
    """The notebook."""
    cells = [v4.new_markdown_cell("# Light", id="title")]
    cells += [v4.new_code_cell(source, id=f"cell{n}") for n, source in enumerate(CELLS)]
    cells[1].metadata["tags"] = ["parameters"]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
