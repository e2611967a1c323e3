"""The report as one HTML page: no scripts, nothing from elsewhere, every text of the user's escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from ..core.table import count, format_number
from . import svg
from .choices import choice, is_open, nothing_chosen, the_rest, untold
from .curve import trade_off
from .customers import customers_html
from .parts import about, customers_of, every, money, on
from .parts import listed as _listed
from .parts import note as _note
from .parts import table as _table
from .story import Item, Line, Story
from .style import STYLE
from .svg import percent, short_number
from .visits import visits_section
from .would import would_section

__all__ = ["page"]

STATUS_WORDS = {
    "exact": "counted",
    "estimated": "estimated",
    "doubtful": "doubtful",
    "bounds_only": "bounds only",
    "not_identified": "cannot be known",
    "undefined": "nothing to estimate",
}
STAKEHOLDERS = 10
LINE_WORDS = {
    "heard": "heard",
    "shrinkage": "estimated beyond what was heard",
    "overlap": "met by other chosen solutions",
    "effort": "effort",
    "part": "part",
    "removal": "falls by, when removed",
    "remainder": "remainder",
}


def page(story: Story) -> str:
    """The whole page."""
    sections = [
        section
        for section in (
            _summary(story),
            _listening(story),
            visits_section(story),
            _needs(story),
            would_section(story.would, story.would_worth),
            _rankings(story),
            _roadmap(story),
            _reasons(story),
            _customers(story),
            _rejected(story),
            _trust(story),
        )
        if section is not None
    ]
    links = "".join(f'<a href="#{key}">{escape(name)}</a>' for key, name, _ in sections)
    body = "".join(
        f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{escape(name)}</h2>{content}</section>'
        for key, name, content in sections
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{escape(story.title)}</title><style>{STYLE}</style></head><body>"
        '<a class="skip" href="#summary">Skip to the report</a>'
        f'{_header(story)}<div class="frame-of-page"><nav aria-label="Sections">{links}</nav><main>{body}</main></div>'
        f"{_footer(story)}</body></html>\n"
    )


Section = tuple[str, str, str]


def _header(story: Story) -> str:
    base = customers_of(story)
    origin = f" · {escape(story.origin)}" if story.origin else ""
    return (
        '<header><p class="brand">Outweigh</p>'
        f"<h1>{escape(story.title)}</h1>"
        f"<p>{base}{escape(on(story))}{origin}</p></header>"
    )


def _footer(story: Story) -> str:
    return (
        f"<footer><p>Made by outweigh {escape(story.version)}. Every figure is computed from the tables given; intervals cover "
        f"{percent(story.level)} where their assumptions hold. Nothing on this page was loaded from elsewhere.</p></footer>"
    )


def _cards(cards: Iterable[tuple[str, str, str]]) -> str:
    return (
        '<div class="cards">'
        + "".join(
            f'<div class="card"><p class="figure">{escape(figure)}</p><p class="what">{escape(what)}</p>'
            f'<p class="more">{escape(more)}</p></div>'
            for figure, what, more in cards
        )
        + "</div>"
    )


def _badge(status: str) -> str:
    words = STATUS_WORDS.get(status, status)
    kind = "good" if status in ("exact", "estimated") else "bad"
    return f'<span class="badge {kind}">{escape(words)}</span>'


def _interval(lower: float | None, upper: float | None, form: str = "percent") -> str:
    if lower is None or upper is None:
        return ""
    if form == "percent":
        return f"{100 * lower:.0f}–{percent(upper)}"
    return f"{short_number(lower)}–{short_number(upper)}"


def _summary(story: Story) -> Section:
    cards: list[tuple[str, str, str]] = []
    if story.heard_accounts is not None and story.accounts:
        never = story.accounts - story.heard_accounts
        worth = ""
        if story.revenue and story.heard_revenue is not None:
            unheard = money(story.revenue - story.heard_revenue, story)
            where = "" if story.revenue_known == story.accounts else ", where that is known"
            worth = f"{'it pays' if never == 1 else 'they pay'} {unheard} a year{where}" if never else ""
        cards.append(
            (f"{never:,}", f"customer{'' if never == 1 else 's'} never heard", worth or f"of {story.accounts:,}")
        )
    counted = [need for need in story.needs if need.estimate is not None]
    if counted:
        twice = [n for n in counted if n.estimate is not None and n.estimate >= 2.0 * n.raw]
        surely = [n for n in counted if n.lower is not None and n.lower > n.raw]
        note = f"by their estimate; {len(surely)} with the whole interval above the raw share"
        cards.append((f"{len(twice)} of {len(story.needs)}", "needs are at least twice as common as they sound", note))
    tried = {ranking.name: ranking for ranking in story.rankings}
    ours, votes = tried.get("Outweigh"), tried.get("Raw votes")
    if ours is not None and votes is not None and ours.regret is not None and votes.regret is not None:
        cards.append(
            (
                percent(ours.regret, 1),
                "of the possible value is missed by this roadmap",
                f"{percent(votes.regret, 1)} by one that counts votes",
            )
        )
    chosen = [item for item in story.items if item.chosen]
    if chosen:
        if story.is_proven:
            proof = "proved to be the best set for this capacity"
        elif story.bound is not None and story.plan_value:
            proof = f"at most {percent(story.bound / story.plan_value - 1, 1)} below the best"
        else:
            proof = ""
        cards.append(
            (f"{len(chosen)} of {len(chosen) + sum(map(is_open, story.items))}", "solutions on the roadmap", proof)
        )
    said = _sentences(story)
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
    return ("summary", "The short version", _cards(cards) + (f'<ul class="said">{lines}</ul>' if lines else ""))


def _sentences(story: Story) -> list[str]:
    said = []
    for name, rows in story.by.items():
        rows = [row for row in rows if row.base > 0.005 and row.lower is not None and row.upper is not None]
        loud = max(
            (row for row in rows if row.lower is not None and row.lower > row.base),
            key=lambda r: r.heard / r.base,
            default=None,
        )
        quiet = min(
            (row for row in rows if row.upper is not None and row.upper < row.base),
            key=lambda r: r.heard / r.base,
            default=None,
        )
        if loud is not None:
            text = (
                f"By {name.lower()}, {loud.label} is heard most beyond its size: {percent(loud.heard)} of what is heard, "
                f"{percent(loud.base)} of the base"
            )
            if quiet is not None:
                text += f"; {quiet.label} least: {percent(quiet.heard)} against {percent(quiet.base)}"
            said.append(text + ".")
        elif quiet is not None:
            said.append(
                f"By {name.lower()}, {quiet.label} is heard least: {percent(quiet.heard)} of what is heard, "
                f"{percent(quiet.base)} of the base."
            )
    counted = [need for need in story.needs if need.estimate is not None and need.lower is not None]
    if counted:
        widest = max(counted, key=lambda need: (need.estimate or 0.0) - need.raw)
        if (widest.estimate or 0.0) > widest.raw:
            said.append(
                f"“{widest.title}” was asked for by {percent(widest.raw)} of the accounts; an estimated "
                f"{percent(widest.estimate or 0.0)} have it ({_interval(widest.lower, widest.upper)})."
            )
    if story.raw_error is not None and story.estimate_error is not None:
        said.append(
            f"Against the simulated truth, the estimates miss by {100 * story.estimate_error:.1f} points on average "
            f"(root mean square), raw counts by {100 * story.raw_error:.1f}"
            + (
                "."
                if story.coverage is None
                else f"; the intervals cover the truth in {percent(story.coverage)} of the cases."
            )
        )
    chosen = [item for item in story.items if item.chosen]
    if any(item.is_told for item in chosen):
        first = max(chosen, key=lambda item: item.value)
        said.append(f"The roadmap's most valuable item is “{first.title}”.")
    if story.rejected:
        aside = sum(row.rows for row in story.rejected)
        said.append(f"{count(aside, 'row')} {'was' if aside == 1 else 'were'} set aside as invalid; see below.")
    return said


def _listening(story: Story) -> Section | None:
    parts = []
    if story.heard_accounts is None:
        return (
            "heard",
            "Who is heard, and who never",
            _note(
                f"No interaction and no request with a source was logged{f' up to {story.as_of}' if story.as_of else ''}, so "
                "nothing can be said about who is heard."
            ),
        )
    share = story.heard_accounts / story.accounts if story.accounts else 0.0
    one = story.heard_accounts == 1
    text = (
        f"{story.heard_accounts:,} of {count(story.accounts, 'customer')} ({percent(share)}) {'was' if one else 'were'} heard at "
        "least once"
    )
    if story.revenue and story.heard_revenue is not None:
        text += f"; {'it stands' if one else 'they stand'} for {percent(story.heard_revenue / story.revenue)} of the "
        text += "revenue" if story.revenue_known == story.accounts else "known revenue"
    parts.append(
        f"<p>{escape(text)}. {count(story.contacts, 'contact')} and {count(story.requests, 'request')} came in. An account that was never heard may need as much as any other.</p>"
    )
    if story.representativity is not None:
        known = (
            ""
            if story.representativity_lower is None
            else (f" ({story.representativity_lower:.2f} to {story.representativity_upper:.2f})")
        )
        loud = (
            ""
            if story.effective_accounts is None
            else (
                f" The {'only contact is' if story.contacts == 1 else f'{story.contacts:,} contacts are'} as loud as "
                f"{count(round(story.effective_accounts), 'equally heard account')}."
            )
        )
        parts.append(
            f"<p>Representativity is {story.representativity:.2f}{known} of 1, where all accounts have the same chance of being heard.{loud}</p>"
        )
    for name, rows in story.by.items():
        if len(rows) < 2:  # the whole against the whole
            continue
        parts.append(f"<h3>By {escape(name.lower())}</h3>")
        parts.append(svg.paired_bars(rows, f"Share of contacts against share of the base, by {name.lower()}"))
        if math.fsum(row.base for row in rows) > 1.0 + 1e-9:
            parts.append(
                _note("Segments overlap: an account of several counts in each, and the shares add up to more than all.")
            )
    if story.unheard:
        parts.append("<h3>Never heard</h3>")
        parts.append(
            svg.bars(
                [
                    (
                        row.label,
                        row.never / row.accounts if row.accounts else 0.0,
                        f"{row.never:,} of {row.accounts:,}"
                        + ("" if row.revenue is None else f", {money(row.revenue, story)}"),
                        "quiet",
                    )
                    for row in story.unheard
                ],
                "Accounts never heard, as a share of each segment",
                highest=1.0,
            )
        )
    if story.never:
        by = " and ".join(name.lower() for name, rows in story.by.items() if len(rows) > 1)
        parts.append(f"<p>Where most accounts were never heard{f', by {by}' if by else ''}:</p>")
        parts.append("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in story.never) + "</ul>")
    if story.sources:

        def shown(share: float | None) -> str:
            return "–" if share is None else percent(share)

        parts.append("<h3>Source by source</h3>")
        parts.append(
            _table(
                (
                    "Source",
                    "Kind",
                    "Contacts",
                    "Requests",
                    "Accounts",
                    "Of the base",
                    "Large",
                    "Unhappy",
                    "Escalations",
                    "To learn",
                ),
                [
                    (
                        source.name,
                        source.kind.replace("_", " "),
                        f"{source.contacts:,}",
                        f"{source.requests:,}",
                        f"{source.accounts:,}",
                        percent(source.share_of_base),
                        shown(source.whale_share),
                        shown(source.unhappy_share),
                        shown(source.escalations),
                        shown(source.learn),
                    )
                    for source in story.sources
                ],
                numeric=range(2, 10),
            )
        )
        parts.append(
            _note(
                "Large: contacts with accounts of the highest tenth by revenue. Unhappy: with accounts of the lowest tenth by sentiment. "
                "Escalations and to learn: contacts with that purpose. A dash means that the data do not tell."
            )
        )
    if story.apart:
        words = [
            f"{who}: {count(contacts, 'contact')}, {count(requests, 'request')}"
            for who, contacts, requests in story.apart
        ]
        parts.append(_note("Kept apart and counted in no share: " + "; ".join(words) + "."))
    return ("heard", "Who is heard, and who never", "".join(parts))


STATUS_MEANINGS = {
    "exact": "is known, not estimated",
    "estimated": "rests on the assumptions listed below, and its checks passed",
    "doubtful": "failed a check, so that its interval may be too narrow",
    "bounds_only": "is a range within which the data cannot choose",
    "not_identified": "cannot be told from the data",
    "undefined": "has no accounts to be a share of",
}


def _needs(story: Story) -> Section | None:
    if not story.needs:
        return None
    ordered = sorted(story.needs, key=lambda need: -(need.estimate if need.estimate is not None else need.raw))
    parts = [
        "<p>A request is evidence for a need, not a count of those who have it. The cross is the share of accounts that asked; "
        "the dot is the estimated share that have the need, asked or not, with its interval"
        + (
            ", and the diamond is the truth, which only a simulation knows"
            if any(n.truth is not None for n in ordered)
            else ""
        )
        + f". Method: {escape(story.demand_method or 'default')}.</p>",
        svg.spans([need.span for need in ordered[:40]], "Share of accounts with each need"),
    ]
    if len(ordered) > 40:
        more = len(ordered) - 40
        parts.append(_note(f"{more} more {'need is' if more == 1 else 'needs are'} in the table below."))
    if story.contacts_by_account:
        total = max(1, sum(count for _, count in story.contacts_by_account))
        words = "; ".join(
            f"{label}: {count:,} ({percent(count / total)})" for label, count in story.contacts_by_account
        )
        parts.append(
            f"<p><b>What silence can tell.</b> Accounts of the base by number of logged contacts (requests that "
            f"name none are left out): {escape(words)}. One that was never contacted "
            "tells nothing by its silence, one contacted often tells a lot.</p>"
        )
    present = list(dict.fromkeys(need.status for need in ordered))
    words = "; ".join(
        f"{_badge(status)} {escape(STATUS_MEANINGS[status])}" for status in present if status in STATUS_MEANINGS
    )
    if words:
        parts.append(f"<p>{words}.</p>")
    if story.top:
        parts.append("<h3>How firm the first places are</h3>")
        parts.append(
            f"<p>Chance that a need is {'the first' if story.top_places == 1 else f'among the first {story.top_places}'} by "
            "accounts that have it, over all states of the world that the evidence allows.</p>"
        )
        parts.append(
            _table(("Need", "Chance"), [(title, percent(chance)) for title, chance in story.top], numeric=(1,))
        )
    known = any(need.truth is not None for need in ordered)
    head = ["Need", "Asked", "Raw", "Estimate", f"{percent(story.level)} interval", "Status"]
    if story.band:
        head.insert(5, "If the never contacted differ")
    if known:
        head.append("Truth")
    rows = []
    for need in ordered:
        cells = [
            f'<span title="{escape(need.id, quote=True)}">{escape(need.title or need.id)}</span>',
            f"{need.requesting:,}",
            percent(need.raw, 1),
            "–" if need.estimate is None else percent(need.estimate, 1),
            _interval(need.lower, need.upper),
            *([_interval(*story.band.get(need.id, (None, None)))] if story.band else []),
            _badge(need.status) + (f'<span class="why">{escape(need.reason)}</span>' if need.reason else ""),
        ]
        if known:
            cells.append("–" if need.truth is None else percent(need.truth, 1))
        rows.append(cells)
    status = 6 if story.band else 5
    numeric = tuple(column for column in range(1, len(head)) if column != status)
    parts.append(
        f"<details><summary>{every(len(ordered), 'need')} as a table</summary>"
        f"{_table(head, rows, numeric, raw=(0, status))}</details>"
    )
    if story.band:
        parts.append(
            _note(
                "If the never contacted differ: the interval when the odds of the need among accounts that were never "
                "contacted are half to twice those of contacted accounts alike in segment and revenue. Nothing in the data "
                "tells which."
            )
        )
    if story.stakeholders:
        parts.append("<h3>Asked for by colleagues and partners</h3>")
        parts.append("<p>Not counted as demand of customers.</p>")
        parts.append(
            _table(
                ("Need", "Requests"),
                [(title, f"{requests:,}") for title, requests in story.stakeholders[:STAKEHOLDERS]],
                numeric=(1,),
            )
        )
        if (more := len(story.stakeholders) - STAKEHOLDERS) > 0:
            parts.append(_note(f"{count(more, 'more need')} {'has' if more == 1 else 'have'} fewer or as many."))
    return ("needs", "Who really has each need", "".join(parts))


def _rankings(story: Story) -> Section | None:
    if not story.rankings:
        return None
    parts = []
    truth = next((ranking for ranking in story.rankings if ranking.name == "Truth"), None)
    tried = [ranking for ranking in story.rankings if ranking.name != "Truth"]
    names = {item.id: item.title or item.id for item in story.items}
    ways = {1: "one way", 2: "two ways"}.get(len(tried), "three ways")
    if truth is not None:
        parts.append(
            f"<p>The same solutions, needs and capacity, ranked and planned {ways}, and held against the truth. "
            "On the diagonal a ranking is right.</p>"
        )
        ids = list(truth.ranks)
        parts.append(
            svg.rank_panels(
                [
                    (
                        ranking.name,
                        "" if ranking.tau is None else f"Kendall's tau-b {ranking.tau:.2f}",
                        [ranking.ranks[i] for i in ids],
                        [truth.ranks[i] for i in ids],
                    )
                    for ranking in tried
                ],
                "Place of each solution by each ranking against its true place",
                "solutions",
            )
        )
        kinds = ("raw-bar", "money-bar", "estimate-bar")
        parts.append("<h3>Value missed by the roadmap that follows</h3>")
        parts.append(
            svg.bars(
                [
                    (ranking.name, ranking.regret or 0.0, percent(ranking.regret or 0.0, 1), kinds[i % 3])
                    for i, ranking in enumerate(tried)
                    if ranking.regret is not None
                ],
                "Regret: share of the best possible value that the chosen roadmap misses",
            )
        )
    else:
        parts.append(
            f"<p>The same solutions ranked {ways}. Without the truth nobody can say which is right; where they differ, look at the evidence below.</p>"
        )
    head = ["Solution", *(ranking.name for ranking in tried), *(["Truth"] if truth else [])]
    order = truth or (tried[-1] if tried else None)
    rows = []
    if order is not None:
        for key in sorted(order.ranks, key=lambda i: order.ranks[i]):
            cells = [names.get(key, key)]
            for ranking in [*tried, *([truth] if truth else [])]:
                place = ranking.ranks.get(key)
                mark = " ●" if key in ranking.chosen else ""
                cells.append(("–" if place is None else f"{place:g}") + mark)
            rows.append(cells)
    numeric = range(1, len(head))
    parts.append(
        f"<details><summary>{every(len(rows), 'solution')} by place; ● is on that roadmap</summary>{_table(head, rows, numeric)}</details>"
    )
    abouts = "".join(f"<dt>{escape(r.name)}</dt><dd>{escape(r.about)}</dd>" for r in story.rankings if r.about)
    parts.append(f"<dl>{abouts}</dl>")
    return ("rankings", f"{ways.capitalize()} to rank", "".join(parts))


def _roadmap(story: Story) -> Section | None:
    if not story.items:
        return None
    chosen = [item for item in story.items if item.chosen]
    left = [item for item in story.items if not item.chosen]
    names = {item.id: item.title or item.id for item in story.items}
    parts = []
    if story.capacity is not None:
        parts.append(
            svg.strip(
                [(item.title or item.id, item.effort or 0.0) for item in chosen],
                story.capacity,
                "What fills the capacity",
                story.effort_unit if story.effort_unit != "unit" else "of effort",
            )
        )
    known = [item for item in story.items if item.effort is not None]
    if known:
        unit = story.effort_unit if story.effort_unit not in ("", "unit") else "the unit given"
        parts.append(
            svg.dots(
                [svg.Dot(item.title or item.id, item.effort or 0.0, item.value, item.chosen) for item in known],
                "Value of each solution against its effort",
                f"effort in {unit}",
                f"value in {story.value_unit}" if story.value_unit else "value",
            )
        )
    if story.is_proven:
        proof = "No other set of solutions within this capacity has a higher value; that is proved."
    elif story.bound is not None and story.plan_value is not None:
        proof = f"The value is {short_number(story.plan_value)}; no set can have more than {short_number(story.bound)}."
    else:
        proof = ""
    parts.append(
        f"<p>{escape(proof)}{untold(story)} Values of single solutions overlap: a need that several of them meet counts once, so they do "
        "not add up to the value of the roadmap.</p>"
    )
    if story.is_capacity_assumed:
        parts.append("<p>No capacity was given; this one is a quarter of the effort of all that is open.</p>")
    parts.append(trade_off(story))
    parts.append("<h3>On the roadmap, and what each item displaces</h3>")
    parts.append(
        nothing_chosen(story)
        if not chosen
        else _table(
            ("Solution", "Effort", "Value", "Interval", "Meets", "If it were left out"),
            [
                (
                    item.title or item.id,
                    "–" if item.effort is None else format_number(item.effort),
                    short_number(item.value),
                    _interval(item.lower, item.upper, "number"),
                    _listed([n for n in item.needs], 2) or "no need directly; others require it",
                    choice(item.displaces, True, names),
                )
                for item in chosen
            ],
            numeric=(1, 2, 3),
        )
    )
    weighed = [item for item in left if item.displaces is not None]
    if weighed:
        parts.append("<h3>Left out, and what it would cost to take it in</h3>")
        parts.append(
            _table(
                ("Solution", "Effort", "Value", "Interval", "Status", "If it were taken in"),
                [
                    (
                        item.title or item.id,
                        "–" if item.effort is None else format_number(item.effort),
                        short_number(item.value),
                        _interval(item.lower, item.upper, "number"),
                        item.status.replace("_", " "),
                        choice(item.displaces, False, names),
                    )
                    for item in weighed
                ],
                numeric=(1, 2, 3),
            )
        )
    parts.extend(_note(text) for text in the_rest(left))
    return ("roadmap", "The roadmap", "".join(parts))


def _lines(lines: Sequence[Line], story: Story) -> str:
    counting = [line for line in lines if line.counts and line.kind != "remainder"]
    others = [line for line in lines if not line.counts or line.kind == "remainder"]
    most = max([1e-12, *(abs(line.amount) for line in counting)])
    rows = []
    for line in [*counting, *others]:
        width = 100 * abs(line.amount) / most if line.counts else 0
        bar = (
            f'<span class="bar {"minus" if line.amount < 0 else ""}" style="width:{min(100.0, width):.1f}%"></span>'
            if line.counts
            else ""
        )
        amount = f"{line.amount:,.2f}" if line.kind != "remainder" else f"{line.amount:.1e}" if line.amount else "0"
        rows.append((escape(line.name or line.kind), escape(LINE_WORDS.get(line.kind, line.kind)), amount, bar))
    return _table(("Line", "Kind", "Amount", ""), rows, numeric=(2,), raw=(0, 1, 3))


def _reasons(story: Story) -> Section | None:
    explained = [item for item in story.items if item.lines]
    if not explained:
        return None
    parts = [
        "<p>Each figure opens into the accounts, the estimate, and what people said. Amounts add up to what the item adds to the "
        "rest of the roadmap; what they leave is the remainder. That is its value, less what other solutions meet already.</p>"
    ]
    for number, item in enumerate(explained):
        quotes = "".join(
            f"<blockquote><p>{escape(quote.text)}</p><footer>{escape(' · '.join(p for p in (quote.account, quote.source, quote.at) if p))}</footer></blockquote>"
            for quote in item.quotes
        )
        more = item.evidence - len(item.quotes)
        if item.quotes and more > 0:
            quotes += _note(f"{more:,} more {'request stands' if more == 1 else 'requests stand'} behind this.")
        assumptions = "".join(f"<li>{escape(text)}</li>" for text in item.assumptions)
        worth = f"value {short_number(item.value)}"
        if item.adds is not None and abs(item.adds - item.value) > 1e-9 * max(1.0, abs(item.value)):
            worth += f", of which it adds {short_number(item.adds)} to the rest of the roadmap"
        if item.accounts:
            worth += f", {about(item.accounts, 'account')}"
        if item.revenue:
            worth += f" that pay{'' if worth.endswith('s') else 's'} {money(item.revenue, story)} a year"
        parts.append(
            f"<details{' open' if number == 0 else ''}><summary><strong>{escape(item.title or item.id)}</strong> "
            f'<span class="why">{escape(worth)}</span></summary>'
            f"{_lines(item.lines, story)}{quotes}"
            + (f"<p>It rests on:</p><ul>{assumptions}</ul>" if assumptions else "")
            + "</details>"
        )
    return ("reasons", "Why: every item opened", "".join(parts))


def _customers(story: Story) -> Section | None:
    html = customers_html(story.customers, _table, _note, lambda amount: money(amount, story))
    return ("customers", "Which customers are worth it", html) if html else None


def _rejected(story: Story) -> Section | None:
    if not story.rejected:
        return None
    total = sum(row.rows for row in story.rejected)
    return (
        "rejected",
        "What was set aside",
        f"<p>{count(total, 'row')} could not be right, or {'refers' if total == 1 else 'refer'} to rows that could not. "
        f"{'It counts' if total == 1 else 'They count'} in no figure above.</p>"
        + _table(
            ("Table", "Reason", "Rows", "First of them"),
            [(row.table, row.reason, f"{row.rows:,}", row.example) for row in story.rejected],
            numeric=(2,),
        ),
    )


def _trust(story: Story) -> Section:
    parts = []
    if story.statuses:
        words = ", ".join(f"{number:,} {STATUS_WORDS.get(status, status)}" for status, number in story.statuses.items())
        parts.append(f"<p>Estimates by need and segment: {escape(words)}.</p>")
    if story.warnings:
        parts.append(
            "<h3>Warnings</h3><ul class='warn'>" + "".join(f"<li>{escape(w)}</li>" for w in story.warnings) + "</ul>"
        )
    if story.assumptions:
        parts.append("<h3>Assumptions</h3><ul>" + "".join(f"<li>{escape(a)}</li>" for a in story.assumptions) + "</ul>")
    if story.missing:
        parts.append("<h3>What is not in this report, and why</h3>")
        parts.append(_table(("Figure", "Why"), story.missing))
    if not story.rejected:
        parts.append("<p>No row was set aside as invalid.</p>")
    return ("trust", "What this rests on", "".join(parts))


def explained_first(items: Sequence[Item]) -> list[Item]:
    """Chosen ones first, by value."""
    return sorted(items, key=lambda item: (not item.chosen, -item.value))
