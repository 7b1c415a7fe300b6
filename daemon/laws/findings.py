"""What a checker found: the law, the account, a clerk's sentence."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One breach of a law. `account` is the account's id, empty where it concerns none."""

    account: str
    sentence: str


@dataclass(slots=True, kw_only=True)
class LawReport:
    """How often a law was checked, and where it was broken."""

    name: str
    promise: str
    checked: int = 0
    findings: list[Finding] = field(default_factory=list)

    def check(self, is_kept: bool, account: str, sentence: str) -> None:
        """Count one check; note the sentence where the law is broken."""
        self.checked += 1
        if not is_kept:
            self.findings.append(Finding(account=account, sentence=sentence))


@dataclass(slots=True, kw_only=True)
class Reports:
    """The reports of one verification, by the name of the law."""

    laws: list[LawReport] = field(default_factory=list)

    def law(self, name: str, promise: str) -> LawReport:
        """Return the report of a law, made at its first use."""
        for report in self.laws:
            if report.name == name:
                return report
        report = LawReport(name=name, promise=promise)
        self.laws.append(report)
        return report

    @property
    def is_clean(self) -> bool:
        """Tell whether no law is broken."""
        return not any(report.findings for report in self.laws)
