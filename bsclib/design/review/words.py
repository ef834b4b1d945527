"""What the words of a name give away: whether it is a verb and an object, work in place of a result, or said twice.

Words are judged only where they can be: a name in another language is left in peace. The lists below are there to be
added to.
"""

from __future__ import annotations

import difflib
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORK = tuple(
    """
implement, install, roll out, rollout, migrate, introduce, deploy, set up, buy, purchase, procure, launch, put
in place, carry out, go live, configure, pilot, outsource, insource, move to, switch to, adopt, upgrade,
replace, conduct, draft, kick off, roll-out, set-up, go-live, implementation of, introduction of, installation of,
deployment of, migration to, migration of
""".replace("\n", " ")
    .strip()
    .split(", ")
)
"""How the names of work begin; a result of the work would read otherwise."""

VERBS = _words("""
accelerate accept access achieve act adapt add address advance agree aid aim alert align allocate anchor
answer anticipate apply appreciate approve ask assess assign assist assure attract audit automate avoid award
back balance base be become bring broaden build bundle buy call calm care carry catch cause centralise
centralize certify challenge champion change charge check choose clarify clean clear close co-create coach
collaborate collect combine come commit communicate compete complete comply connect consolidate contain
continue contribute control convert convince cooperate coordinate count cover craft create cultivate curb cut
decarbonise decarbonize declutter decommission decrease deepen defend define delight deliver demonstrate
deploy describe design detect develop digitalise digitalize digitise digitize direct discover diversify do
double draw drive earn ease educate elevate eliminate embed embrace empower enable encourage end enforce
engage engineer enhance enlarge enrich ensure equip establish estimate evolve exceed excel execute expand
explain exploit explore extend facilitate fast-track fetch fill find finish fit fix focus follow forecast
foresee forget foster free fulfil fulfill fund gain generate get give go govern greet grow guarantee guard
guide halve hand handle harden harmonise harmonize harness have hear help hire hit hold honor honour identify
implement improve include increase influence inform innovate insource inspire install instil instill integrate
introduce invest involve join keep know land launch lead learn lessen let leverage lift limit link listen live
locate look lose lower maintain make manage master match maximise maximize measure meet mentor migrate
minimise minimize mitigate model modernise modernize monitor motivate move negotiate notice notify nurture
observe obtain offer onboard open operate optimise optimize orchestrate organise organize outperform outsource
own partner pay perform phone pick plan please position practise praise predict prepare preserve prevent
prioritise prioritize procure produce promote protect prove provide publish purchase pursue put raise
rationalise rationalize reach react read realise realize reassure rebuild receive recognise recognize recover
recruit recycle redesign reduce refine refresh refurbish reinforce release relieve remain remedy remember
remove renew reorganise reorganize repair repay replace reply report rescue resist resolve respect respond
restore retain rethink retire return reuse review reward rid roll run safeguard satisfy save scale secure sell
send serve set settle shape share shift shorten show shrink simplify skill slash slim slow smooth solve sort
spare speed spend spot spread stabilise stabilize staff standardise standardize start stay steer stimulate
stop store streamline strengthen stretch strive succeed supply support surpass sustain switch take talk target
teach tell test thank think tie tighten track trade train transfer transform treat trim triple trust try tune
turn unblock understand unify unite unlock untangle update upgrade uphold upskill use utilise utilize validate
value verify visualise visualize wait walk warn waste watch weave weigh welcome widen win work write
""")
"""Verbs by which objectives are named."""

NOT_VERBS = _words("""
a agile all an any application applications best better budget business cheaper citizen citizens client clients
cloud community continuous cost costs council culture customer customers cyber cybersecurity data digital
effective efficient employee employees enterprise every excellence excellent expertise external fast faster
fewer financial good great growth happy hardware high higher highest information infrastructure innovative
internal it its knowledge leadership learning less low lower-cost mission modern more most motivated network new
no operational operations optimal our partnership people performance processes productivity profit
project projects quality quick quicker reliable resident residents revenue risk risks robust satisfied
secure-by-design security service services skilled skills society software some stable stakeholder stakeholders
strategy strong stronger success supplier suppliers system systems talent team teams the their these this user
users vendor vision your
""")
"""Words with which a name begins that has no verb."""

EITHER = _words("""
access change control cost design process project release service staff supply support test trade value work
""")
"""Words that are a verb or the first half of a compound noun."""

THINGS = _words("""
automation availability continuity control costs creation delivery desk development efficiency engagement excellence
governance improvement level levels management quality reliability retention satisfaction stability training
transparency
""")
"""Second halves of compound nouns: change *management*, not: change *often*."""

OF = _words("by for in of to")
"""Words that follow the noun as well as the verb: access *for* everyone."""

HOW = _words("""
cheaper faster fewer less often quicker quickly rapidly reliably safely safer securely smoothly sooner without
""")
"""Words that say how well something is done: deploy changes *safely* is a result."""

ENGLISH = _words("""
broken burden children citizen concern driven eastern even garden given golden green hidden kitchen listen modern
northern often open oxygen pattern proven risen screen seven southern taken token western women written
""")
"""English words that end as verbs do in German and Dutch."""

SMALL = _words("""
a an and are as at be by for from in into is it its of on or our the to us we with
""")
"""Words that say nothing of what a name is about."""

_VERB_ENDS = ("ise", "ize", "ify")
_VERB_LAST = re.compile(r".{3,}(?:en|ern|eln)")
"""How a verb ends that stands last, as in German and Dutch."""
_NOUN_ENDS = (
    *("tion", "sion", "ment", "ness", "ity", "ance", "ence", "ship", "ism", "logy", "age", "ure", "acy", "ability"),
)


def is_verb_and_object(name: str) -> bool | None:
    """Whether a name is a verb and an object, such as *Restore services fast*; None where that cannot be told."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name)
    if not words or not all(_latin(word) for word in words):
        return None
    if len(words) == 1:
        return False
    first, second = words[0].casefold(), words[1].casefold()
    last = words[-1].casefold()
    if _VERB_LAST.fullmatch(last) and last not in ENGLISH and first not in VERBS:
        return None
    if first in NOT_VERBS or (first in EITHER and second in THINGS):
        return False
    if first in EITHER and second in OF:
        return None
    if first in VERBS or first.endswith(_VERB_ENDS) or re.sub(r"^(?:re|co|de|up)-?", "", first) in VERBS:
        return True
    return False if len(first) > 5 and first.endswith(_NOUN_ENDS) else None


def _latin(word: str) -> bool:
    return all(char < "ɐ" or not char.isalpha() for char in word)


def work_word(name: str) -> str:
    """The word by which a name says that it is work, not a result; empty where it does not."""
    said = " ".join(name.casefold().split()) + " "
    if HOW & set(re.findall(r"\w+", said)):
        return ""
    return next((word for word in WORK if said.startswith(f"{word} ")), "")


def nearly_same(a: str, b: str) -> bool:
    """Whether two names say the same in nearly the same words, in any order."""
    words, others = _content(a), _content(b)
    if len(words) != len(others) or not words:
        return False
    left = [word for word in others if word not in words]
    for word in (word for word in words if word not in others):
        near = difflib.get_close_matches(word, left, n=1, cutoff=0.8) if word.isalpha() else []
        if not near:
            return False
        left.remove(near[0])
    return not left


def _content(name: str) -> list[str]:
    words = re.findall(r"\w+", name.casefold())
    return [word for word in words if word not in SMALL] or words
