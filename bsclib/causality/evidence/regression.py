"""One regression per effect: on its own past, and on its hypothesised causes.

    departure[t] = own · departure[t−1] + Σ effect · departure of a cause[t−lag] + noise

Constants and trends of each unit, seasons and breaks have been taken out of every series before (`cleaning`);
constants and trends of the rows in use are taken out again here. Units stand below each other in one regression; what
hits all of them in the same month is allowed for, so that five ports in one storm do not count as five storms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.actuals.gaps import carried, expected, kept
from bsclib.actuals.moving_window import independent
from bsclib.causality.evidence.cleaning import Departures, orthonormal

# The products of the columns are kept in double precision, so shares below this are mostly rounding.
ALIKE = 1e-8
"""Share of a cause's variance that other causes must leave over for it to be told apart from them."""
# At 1 a series would wander for ever, and the correction below divides by 1 − own².
MOST_OWN = 0.99
"""The largest own coefficient that is put right."""
# An effect that is computed from its causes leaves nothing over; a noise of 0 would make every test infinitely sure.
ROUNDING = 1e-12
"""Share of the effect's variance below which what is left over is taken for rounding."""
# The links of a map make the first component stronger than chance does, but seldom twice as strong.
COMMON = 2.0
"""How many times as strong as chance makes it a component must be to be taken for a shock that all KPIs share."""
FEWEST_OTHERS = 8
"""Other KPIs from which on such a shock can be told."""
# One in a hundred regressions whose errors are as they should be is treated as if they were not: that costs little.
SHOWN = 0.01
"""Chance of such errors without reason, below which errors are taken to follow each other, or to come in clusters."""
LASTING = 6
"""Months over which errors are allowed to follow each other."""
NEAR = 4.0
"""Months around, as the standard deviation of a normal kernel, over which the noise's size is estimated."""
UNSTEADY = 2.5
"""How much larger than by chance its differences must be before any of them count."""
# A course that no straight line follows, such as an S-curve, makes an effect keep more of its past than it does, and a
# cause move without moving anything. In simulated worlds (`tests/bench`) the two waves raised F1 by 0.02 where trends
# are S-curves, by 0.03 where levels move and nobody says so, and cost less than 0.01 elsewhere; one wave or three
# gained less. Asked of the regression rather than of each series: there a cause that moves in steps explains its own.
BENT = 0.01
"""Chance without reason below which slow waves count as a bent course, and are taken out of the regression."""
WAVES = (2, 3)
"""Half periods of those waves in the rows of a unit; a single one would be nearly its trend."""
BENT_FROM = 36
"""Rows of a unit from which on a bent course is looked for."""
# A series that keeps more than this may have been anywhere before its first month, and its effect would be put down to
# what the effect itself keeps.
STEADY = 0.7
"""Share that a cause may keep of a month's departure for its months before the first one to be filled in."""
# A constant and a trend of its own take two of them.
FEWEST_OF_UNIT = 4
"""Rows that a unit needs to take part."""


@dataclass(frozen=True)
class Rows:
    """The rows of one effect's regression."""

    table: np.ndarray  # (rows, 2 + candidates): effect, own past, each candidate cause at its lag, gaps filled
    seen: np.ndarray  # (rows, candidates)
    unit: np.ndarray  # where each row comes from
    row: np.ndarray
    free: float  # values left when constants, trends, breaks, season and own past have had theirs
    length: float  # rows that a unit has on average; infinite for changes
    slow: np.ndarray  # (rows, waves): slow waves of each unit, treated as the table's columns are

    def observed(self) -> np.ndarray:
        """In how many rows each candidate was observed, in one unit or more."""
        if (self.unit == self.unit[:1]).all():
            return np.asarray(self.seen.sum(axis=0))
        return np.array([len(np.unique(self.row[there])) for there in self.seen.T], dtype=int)


def lagged(left: np.ndarray, columns: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Columns of (units, rows, columns) put at their lags: row t holds what was `lag` rows before, NaN at the start."""
    units, rows = left.shape[:2]
    out = np.full((units, rows, len(columns)), np.nan)
    for n, (column, lag) in enumerate(zip(columns, lags, strict=True)):
        if lag < rows:
            out[:, lag:, n] = left[:, : rows - lag, column]
    return out


def filled(
    departures: Departures, columns: np.ndarray, lags: np.ndarray, window: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """The same, with what is expected where nothing was observed; and what each keeps of a month, or of a mean's."""
    used, place = np.unique(columns, return_inverse=True)
    left = departures.left[:, :, used]
    own, lead = kept(left), int(lags.max(initial=0)) + window - 1
    whole, rows = expected(left, own, lead), left.shape[1]
    for n, column in enumerate(used.tolist()):
        if column in departures.rolled:
            earlier = departures.rolled[column].behind.earlier[:, -lead:] if lead else np.zeros((len(left), 0))
            whole[:, lead - earlier.shape[1] : lead, n] = earlier
    out = np.empty((len(left), rows, len(columns)))
    for n, (column, lag) in enumerate(zip(place, lags, strict=True)):
        out[:, :, n] = rolling(whole[:, lead - lag - window + 1 : lead - lag + rows, column], window)
    return out, own[place]


def rolling(series: np.ndarray, window: int) -> np.ndarray:
    """Means of so many values that follow each other, along the last axis."""
    return np.lib.stride_tricks.sliding_window_view(series, window, axis=-1).mean(axis=-1) if window > 1 else series


def shared_shock(news: np.ndarray, effect: int) -> np.ndarray | None:
    """What hits the other columns of `Departures.news` in the same row, where that is much; None where it is not."""
    # A bad month for everybody makes every KPI look like the cause of every other one in that month. Its trace is the
    # first principal component of the other KPIs' innovations, and is taken out of the regression, as the averages of
    # the others are in Pesaran, M. H. (2006), Estimation and inference in large heterogeneous panels with a multifactor
    # error structure, Econometrica 74, 967-1012.
    news = np.delete(news, effect, axis=1)
    size = np.sqrt((news**2).sum(axis=0))
    news = news[:, size > 0] / size[size > 0]
    count = news.shape[1]
    if count < FEWEST_OTHERS or len(news) < 2 * FEWEST_OTHERS:
        return None
    by_row = len(news) < count
    strength, ways = np.linalg.eigh(news @ news.T if by_row else news.T @ news)
    # Of columns that share nothing the largest is about (1 + √(columns / rows))²: Marčenko and Pastur (1967).
    if strength[-1] < COMMON * (1 + np.sqrt(count / len(news))) ** 2:
        return None
    return np.concatenate([[0.0], ways[:, -1] if by_row else news @ ways[:, -1]])


def regression_rows(
    departures: Departures,
    effect: int,
    causes: np.ndarray,
    whole: np.ndarray | None = None,
    first: int = 0,
    shock: np.ndarray | None = None,
    weight: np.ndarray | None = None,  # (units, rows), how much each counts
    bent: bool = False,  # whether slow waves are taken out too
) -> Rows:
    """One effect's regression on causes as `lagged` has them; `whole` has their gaps filled, and begins at `first`."""
    rolled = departures.rolled.get(effect)
    own = rolled.means if rolled else departures.left[:, :, effect]
    whole = np.nan_to_num(causes) if whole is None else whole
    if rolled and shock is not None:
        shock = rolling(np.concatenate([np.zeros(rolled.window - 1), shock]), rolled.window)
    share = float(kept(own[..., None])[0])
    # What an earlier month lets expect of the own past, where that was not observed: such a row is less sure.
    past, unknown = carried(own[:, :-1], share)
    past, unknown = (np.insert(part, 0, np.nan, axis=1) for part in (past, unknown))
    block = np.concatenate([own[..., None], past[..., None], whole], axis=2)
    valid = ~np.isnan(block[:, :, :2]).any(axis=2)
    if valid[:, first:].sum() >= valid.sum() / 2:
        valid[:, :first] = False
    valid[valid.sum(axis=1) < FEWEST_OF_UNIT] = False
    unit, row = np.nonzero(valid)
    table = block[unit, row]
    seen = ~np.isnan(causes[unit, row]) & (unknown[unit, row] == 0)[:, None]
    sure = 1 / np.sqrt(1 + share**2 * unknown[unit, row])
    sure = sure if weight is None else sure * weight[unit, row]
    units = np.flatnonzero(valid.any(axis=1))
    waves = np.zeros((len(table), len(units), len(WAVES)))
    # Once more, because lags and gaps leave other rows than those from which constant and trend were taken out before.
    for place, u in enumerate(units):
        of_unit = unit == u if len(units) > 1 else slice(None)
        at = row[of_unit]
        slow = _waves(at)
        terms = [np.ones(len(at)), at - at.mean(), *([] if shock is None else [shock[at]]), *(slow.T if bent else ())]
        part = np.column_stack([*terms, slow, table[of_unit]])
        if rolled:
            # Means share months, and so do their errors: what each has in common with those before it is taken out.
            part = independent(at, rolled.window, rolled.behind.ways[int(u)]) @ part
        part *= sure[of_unit, None]
        basis = orthonormal(part[:, : len(terms)])
        part = part[:, len(terms) :] - basis @ (basis.T @ part[:, len(terms) :])
        waves[of_unit, place], table[of_unit] = part[:, : len(WAVES)], part[:, len(WAVES) :]
    # Every term that was ever taken out of the effect has cost a value: here, in `cleaning`, and one for the own past.
    terms_of_unit = 2 + (shock is not None) + bent * len(WAVES)
    free = len(table) - len(units) * terms_of_unit - 1 - float(departures.spent[units, effect].sum())
    slow = waves.reshape(len(table), len(units) * len(WAVES))
    if len(units) > 1:
        table, slow = _less_shared(table, row, slow)
    length = len(table) / len(units) if len(units) else np.inf
    return Rows(table, seen, unit, row, free, length, slow)


def _waves(at: np.ndarray) -> np.ndarray:
    """Slow waves at some rows of a unit, (rows, waves); all 0 where they are too few."""
    span = int(np.ptp(at)) + 1
    angle = np.pi * (at - at.min() + 0.5) / span
    return np.cos(np.outer(angle, WAVES)) * (span >= BENT_FROM)


def _less_shared(table: np.ndarray, row: np.ndarray, slow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows less the part θ of their mean over units, so that what hits all units at once counts once."""
    # A random effect of each period, by Fuller, W. A. and Battese, G. E. (1974), Estimation of linear models with
    # crossed-error structure, Journal of Econometrics 2, 67-78: least squares on value − θ · mean, with
    # θ = 1 − √(within / (within + n · shared)) for n units in the row. Taking the whole mean out (θ = 1) would throw
    # away what causes common to all units tell.
    count = np.bincount(row)
    # The variances are of what least squares leave over; with few rows the candidates would explain all of it.
    terms = table[:, 1:] if len(table) > 3 * table.shape[1] else table[:, 1:2]
    rest = table[:, 0] - terms @ np.linalg.lstsq(terms, table[:, 0], rcond=None)[0]
    mean = np.bincount(row, rest) / np.maximum(count, 1)
    doubled = (count - 1)[count > 0].sum()
    if doubled == 0:
        return table, slow
    within = ((rest - mean[row]) ** 2).sum() / doubled
    between = (count * mean**2).sum() / (count > 0).sum()
    within = max(within, ROUNDING * between)
    shared = (between - within) / count[count > 0].mean()
    if shared <= 0:
        return table, slow
    theta = 1 - np.sqrt(within / (within + count * shared))
    whole = np.column_stack([table, slow])
    means = np.zeros((len(count), whole.shape[1]))
    np.add.at(means, row, whole)
    means *= (theta / np.maximum(count, 1))[:, None]
    whole -= means[row]
    return whole[:, : table.shape[1]], whole[:, table.shape[1] :]


def _least_squares(table: np.ndarray) -> tuple[np.ndarray, float]:
    """Effects of the other columns on the first, and the sum of squares that they leave over."""
    effects = np.linalg.lstsq(table[:, 1:], table[:, 0], rcond=None)[0]
    rest = table[:, 0] - table[:, 1:] @ effects
    return effects, float(rest @ rest)


class LeastSquares:
    """Least squares of the effect on its own past and any of the candidates, from the products of all columns."""

    # From products, because every step of the selection and every look at a lag is then a small linear system.
    # Columns are sized first: KPIs in euros and in shares would otherwise make it a badly conditioned one.

    def __init__(self, rows: Rows):
        size = np.sqrt((rows.table**2).sum(axis=0))
        self.live = size[2:] > 1e-12 * max(float(size.max()), 1e-300)
        self.size = np.where(size > 0, size, 1.0)
        sized = rows.table / self.size
        self.products = sized.T @ sized
        self.free = rows.free
        self.length = rows.length
        self.rows, self.sized = rows, sized
        self.uneven = False

    def rest(self, entered: list[int], own: bool = True) -> np.ndarray:
        """Products of what is left of every column when entered candidates, and own past, have explained their part."""
        base = [*([1] if own else []), *(n + 2 for n in entered)]
        return self.products - self.products[base].T @ self._on(base) if base else self.products

    def _on(self, base: list[int]) -> np.ndarray:
        """Coefficients of every column on some."""
        inner = self.products[np.ix_(base, base)]
        try:
            return np.linalg.solve(inner, self.products[base])
        except np.linalg.LinAlgError:
            return np.linalg.lstsq(inner, self.products[base], rcond=None)[0]

    def added(self, entered: list[int]) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
        """Each candidate added by itself to those entered: estimate, error, free values, share of its variance left."""
        apart = self.rest(entered, own=False)
        past = max(float(apart[1, 1]), ROUNDING)
        rest = apart - np.outer(apart[1], apart[1]) / past
        left = np.where(self.live, np.diag(rest)[2:], 0.0)
        free = self.free - len(entered) - 1
        distinct = left > ALIKE
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = np.where(distinct, rest[0, 2:] / left, np.nan)
            noise = np.maximum(rest[0, 0] - rest[0, 2:] * estimate, ROUNDING)
            error = np.sqrt(noise / free / left)
            if self.uneven:
                error = error * self._widened(entered, estimate)
            # What is lacking in the own coefficient was found in the causes instead: it is taken off them.
            own = (apart[0, 1] - estimate * apart[1, 2:]) / past
            estimate = estimate - self._lost(own, noise / past) * apart[1, 2:] / np.diag(apart)[2:]
        scale = self.size[0] / self.size[2:]
        return estimate * scale, error * scale, free, left

    def weights(self, entered: list[int], shape: tuple[int, int]) -> np.ndarray | None:
        """How much each row (units, rows) should count, where noise is clearly larger at some times than at others."""
        # Weighted least squares with variances estimated from the residuals (Carroll, R. J., 1982, Adapting for
        # heteroscedasticity in linear models, Annals of Statistics 10, 1224-1233): their squares, smoothed over the
        # months around, and of that the share that stands out of chance, as with a season (`cleaning`).
        unit, row = self.rows.unit, self.rows.row
        if len(row) < 3 * LASTING:
            return None
        base = [1, *(n + 2 for n in entered)]
        squares = (self.sized[:, 0] - self.sized[:, base] @ self._on(base)[:, 0]) ** 2
        if squares.sum() <= ROUNDING:
            return None
        near = np.exp(-0.5 * ((row[:, None] - row) / NEAR) ** 2) * (unit[:, None] == unit)
        near /= near.sum(axis=1, keepdims=True)
        local = np.maximum(near @ squares, ROUNDING * squares.mean())
        course = np.log(local) - np.log(local).mean()
        differs, chance = course @ course, (squares / local).var() * ((near - 1 / len(row)) ** 2).sum()
        if differs <= UNSTEADY * chance:
            return None
        out = np.ones(shape)
        out[unit, row] = np.exp(-0.5 * (1 - UNSTEADY * chance / differs) * course)
        return out

    def bent(self, entered: list[int]) -> bool:
        """Whether slow waves explain clearly more than chance would of what past and entered candidates leave over."""
        from scipy.special import fdtrc

        waves = orthonormal(self.rows.slow)
        straight = self.sized[:, [0, 1, *(n + 2 for n in entered)]]
        tables = straight, straight - waves @ (waves.T @ straight)
        effects, rests = zip(*(_least_squares(table) for table in tables), strict=True)
        count, free = waves.shape[1], self.free - len(entered) - waves.shape[1]
        # What keeps most of a month wanders, and makes waves of any length by itself.
        if not count or free <= 0 or effects[1][0] * self.size[0] / self.size[1] > STEADY:
            return False
        told = (rests[0] - rests[1]) / count
        return bool(fdtrc(count, free, told / max(rests[1] / free, ROUNDING)) < BENT)

    def look(self, entered: list[int]) -> None:
        """Allow for errors that follow each other, or come in clusters, if what is left over shows them."""
        from scipy.special import chdtrc

        if len(self.sized) < 3 * LASTING:
            return
        base = [1, *(n + 2 for n in entered)]
        rest = self.sized[:, 0] - self.sized[:, base] @ self._on(base)[:, 0]
        for series in (rest, rest**2):
            apart = series - series.mean()
            size = float(apart @ apart)
            # Ljung, G. M. and Box, G. E. P. (1978), On a measure of lack of fit in time series models, Biometrika 65,
            # 297-303; on the squares as in McLeod, A. I. and Li, W. K. (1983), Journal of Time Series Analysis 4.
            told = [
                (float(apart[back:] @ (apart[:-back] * together)), together.sum()) for back, together in self._pairs()
            ]
            count = len(series)
            statistic = (
                count * (count + 2) * sum((one / size) ** 2 / max(pairs, 1) for one, pairs in told) if size else 0
            )
            self.uneven |= bool(chdtrc(max(len(told), 1), statistic) < SHOWN)

    def _pairs(self) -> list[tuple[int, np.ndarray]]:
        """For each of the first lags, which rows have that many rows earlier a row of the same unit."""
        unit, row = self.rows.unit, self.rows.row
        lags = range(1, min(LASTING, len(row) - 1) + 1)
        return [(back, (unit[back:] == unit[:-back]) & (row[back:] - row[:-back] == back)) for back in lags]

    def _widened(self, entered: list[int], estimate: np.ndarray) -> np.ndarray:
        """How many times the plain errors those are that allow for it; 1 at least."""
        # Newey, W. K. and West, K. D. (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation
        # consistent covariance matrix, Econometrica 55, 703-708.
        base = [1, *(n + 2 for n in entered)]
        rest = self.sized - self.sized[:, base] @ self._on(base)
        causes = rest[:, 2:]
        left = rest[:, :1] - causes * np.nan_to_num(estimate)
        score = causes * left
        meat = (score**2).sum(axis=0)
        for back, together in self._pairs():
            share = 1 - back / (LASTING + 1)
            meat += 2 * share * (score[back:] * score[:-back] * together[:, None]).sum(axis=0)
        plain = (causes**2).sum(axis=0) * (left**2).mean(axis=0)
        ratio = np.divide(meat, plain, out=np.ones(len(meat)), where=plain > 0)
        return np.sqrt(np.maximum(ratio, 1.0))

    def _lost(self, own: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """How much too small an own coefficient is, given the noise in units of its past's variance; sized alike."""
        # Least squares find too little of what a series with a trend taken out hands on to itself: by about (2 + 4a)/T
        # of a coefficient a in T rows of a unit, for a series driven by nothing else (Shaman, P. and Stine, R. A.,
        # 1988, The bias of autoregressive coefficient estimators, Journal of the American Statistical Association 83,
        # 842-848), and in proportion to the noise's share of its own past's variance for one that is.
        handed = np.clip(own * self.size[0] / self.size[1], -MOST_OWN, MOST_OWN)
        share = np.minimum(noise * (self.size[0] / self.size[1]) ** 2 / (1 - handed**2), 1.0)
        lost = np.minimum(share * (2 + 4 * handed) / self.length, MOST_OWN - handed)
        return lost * self.size[1] / self.size[0]

    def all_of(self, entered: list[int]) -> tuple[float, np.ndarray, float]:
        """The effect's own past and the entered candidates together: own coefficient, estimates, noise's sd."""
        # As least squares find them, not corrected as in `added`: what they lack in the own coefficient they have too
        # much in the estimates, so that the response in the long run is nearly right.
        base = [1, *(n + 2 for n in entered)]
        effects = self._on(base)[:, 0]
        noise = max(float(self.products[0, 0] - effects @ self.products[base, 0]), ROUNDING)
        effects = effects * self.size[0] / self.size[base]
        free = self.free - len(entered)
        deviation = float(np.sqrt(noise / free)) * float(self.size[0]) if free > 0 else float("nan")
        return float(effects[0]), effects[1:], deviation
