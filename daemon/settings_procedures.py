"""[procedures.NAME]: ladders of levels as configured, and what must hold of a ladder.

A ladder is checked as a whole: names are unique, an anchor that looks at another level finds
it below, a final notice sets a date to pay by, and later levels come later.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from daemon.core.procedure import (
    Anchor,
    AnchorFrom,
    Grouping,
    Level,
    LevelAction,
    Procedure,
    Tone,
    parse_anchor,
)
from daemon.settings_types import Name, Section


def _anchor(text: str) -> str:
    return str(parse_anchor(text))


class LevelSection(Section):
    """A rung of a procedure."""

    name: Name = Field(description="Name of the level, unique in its procedure")
    anchor: Annotated[str, AfterValidator(_anchor)] = Field(
        description="When it is due: issue+0d, due-7d, due+3bd, previous+10d, LEVEL.pay_by+3bd"
    )
    template: str = Field(
        default="", pattern=r"^[a-z0-9_]*$", description="Template; empty = the level's name"
    )
    tone: Tone = Field(default=Tone.FRIENDLY, description="friendly or firm")
    action: LevelAction = Field(
        default=LevelAction.LETTER, description="letter, or task: the owner acts"
    )
    enabled: bool = Field(default=True, description="Whether the level takes part")
    approval: bool = Field(default=False, description="A rep approves each letter")
    escalated_sender: bool = Field(default=False, description="From the escalated sender")
    copies_escalation: bool = Field(default=False, description="Copy to the escalation contact")
    attaches_pdf: bool = Field(default=False, description="With the invoices' PDF files")
    attaches_statement: bool = Field(default=False, description="With a statement of account")
    pay_by_business_days: int | None = Field(
        default=None, ge=1, le=60, description="Sets a new date to pay by, so far ahead"
    )
    final_notice: bool = Field(default=False, description="A letter of its own, with a date")
    delivery: bool = Field(default=False, description="Delivers the invoice itself")

    def to_core(self, *, is_enabled: bool) -> Level:
        """Return the level as the core knows it."""
        return Level(
            name=self.name,
            anchor=parse_anchor(self.anchor),
            template=self.template or self.name,
            tone=self.tone,
            action=self.action,
            is_enabled=is_enabled,
            needs_approval=self.approval,
            is_escalated_sender=self.escalated_sender,
            copies_escalation=self.copies_escalation,
            attaches_pdf=self.attaches_pdf,
            attaches_statement=self.attaches_statement,
            pay_by_business_days=self.pay_by_business_days,
            is_final_notice=self.final_notice,
            is_delivery=self.delivery,
        )


class ProcedureSection(Section):
    """A ladder of levels. `enable` and `disable` switch levels without writing the ladder anew."""

    grouping: Grouping = Field(
        default=Grouping.ACCOUNT, description="One letter per account, level or invoice"
    )
    levels: tuple[LevelSection, ...] = Field(
        min_length=1, max_length=30, description="The levels, from the first to the last"
    )
    enable: tuple[Name, ...] = Field(default=(), description="Levels to switch on")
    disable: tuple[Name, ...] = Field(default=(), description="Levels to switch off")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        names = [level.name for level in self.levels]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"unique level names; {name!r} stands twice")
        for name in (*self.enable, *self.disable):
            if name not in names:
                raise ValueError(f"levels of this procedure ({', '.join(names)}), not {name!r}")
        faults = ladder_faults(self.to_core("procedure"))
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def to_core(self, name: str) -> Procedure:
        """Return the procedure as the core knows it, under its name."""
        return Procedure(
            name=name,
            levels=tuple(
                level.to_core(
                    is_enabled=(level.enabled or level.name in self.enable)
                    and level.name not in self.disable
                )
                for level in self.levels
            ),
            grouping=self.grouping,
        )


def ladder_faults(procedure: Procedure) -> tuple[str, ...]:
    """Return what makes a ladder unusable, each a sentence; empty if it holds together."""
    ladder = procedure.ladder
    if not ladder:
        return ("at least one enabled level",)
    faults: list[str] = []
    for index, level in enumerate(ladder):
        faults.extend(_anchor_faults(ladder, index))
        is_letter = level.action is LevelAction.LETTER
        if level.is_final_notice and level.pay_by_business_days is None:
            faults.append(f"{level.name}: a final notice needs pay_by_business_days")
        if level.is_final_notice and not is_letter:
            faults.append(f"{level.name}: a final notice is a letter, not a task")
        if not is_letter and index < len(ladder) - 1:
            faults.append(f"{level.name}: a task ends the ladder; no level may follow it")
        if level.is_delivery and index > 0:
            faults.append(f"{level.name}: a delivery is the first level")
    if sum(level.is_final_notice for level in ladder) > 1:
        faults.append("at most one final notice")
    return tuple(faults)


def _anchor_faults(ladder: tuple[Level, ...], index: int) -> list[str]:
    level, below = ladder[index], ladder[:index]
    anchor = level.anchor
    match anchor.origin:
        case AnchorFrom.PAY_BY:
            named = [one for one in below if one.name == anchor.level]
            if not named:
                return [f"{level.name}: {anchor} needs an enabled level {anchor.level!r} below it"]
            if named[0].pay_by_business_days is None:
                return [f"{level.name}: {anchor} needs pay_by_business_days in {anchor.level!r}"]
            if anchor.offset < 0:
                return [f"{level.name}: {anchor} lies before the date to pay by"]
        case AnchorFrom.PREVIOUS:
            if not below:
                return [f"{level.name}: {anchor} has no level below it to count from"]
            if anchor.offset < 1:
                return [f"{level.name}: {anchor} does not come after the level below it"]
        case AnchorFrom.ISSUE | AnchorFrom.DUE:
            earlier = [one for one in below if one.anchor.origin is anchor.origin]
            if earlier and calendar_days(earlier[-1].anchor) >= calendar_days(anchor):
                return [
                    f"{level.name}: {anchor} does not come after {earlier[-1].anchor} "
                    f"of {earlier[-1].name}"
                ]
    return []


def calendar_days(anchor: Anchor) -> float:
    """Return about how many calendar days an offset is: five business days are seven."""
    return anchor.offset * 1.4 if anchor.is_business else float(anchor.offset)


def ladder_warnings(procedure: Procedure, contact_delay_days: int) -> tuple[str, ...]:
    """Return what works but hardly as meant: levels closer together than letters may follow."""
    warnings: list[str] = []
    ladder = procedure.ladder
    for below, level in pairwise(ladder):
        if level.action is LevelAction.TASK:
            continue
        gap = calendar_days(level.anchor)
        if level.anchor.origin is not AnchorFrom.PREVIOUS:
            if level.anchor.origin is not below.anchor.origin:
                continue
            gap -= calendar_days(below.anchor)
        if gap < contact_delay_days:
            warnings.append(
                f"procedure {procedure.name}: {level.name} follows {below.name} after about "
                f"{gap:.0f} days, but letters to one account are {contact_delay_days} days apart"
            )
    return tuple(warnings)
