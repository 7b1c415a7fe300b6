"""The configuration: defaults are the rules' own, mistakes are named, secrets stay secret."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from daemon.adapters.ledger_columns import LedgerOptions
from daemon.adapters.ledger_values import DecimalMark
from daemon.core.model import Sender
from daemon.core.policy import Policy, SegmentRule
from daemon.core.procedure import LevelAction, Tone
from daemon.errors import ConfigError
from daemon.settings import Settings, load_settings, settings_table, write_example_home

PASSWORD = "correct horse battery"
MINIMAL = """
[creditor]
name = "Creditor GmbH"
postal_address = ["Hauptstraße 1", "10115 Berlin"]
country = "DE"
zone = "Europe/Berlin"
language = "de"
currency = "EUR"
sender = "ar@creditor.example"
sender_name = "Creditor GmbH, Buchhaltung"
[smtp]
host = "smtp.creditor.example"
username = "ar@creditor.example"
[imap]
host = "imap.creditor.example"
username = "ar@creditor.example"
authserv_ids = ["mx.creditor.example"]
[reps]
default = "Anna@Creditor.example"
"""
SECRETS = f"""
[smtp]
password = "{PASSWORD}"
[imap]
password = "{PASSWORD}"
[keys]
signing = "0123456789abcdef0123456789abcdef"
"""


def home_of(folder: Path, more: str = "", secrets: str = SECRETS, mode: int = 0o600) -> Path:
    (folder / "duly.toml").write_text(MINIMAL + more, encoding="utf-8")
    (folder / "secrets.toml").write_text(secrets, encoding="utf-8")
    (folder / "secrets.toml").chmod(mode)
    return folder


def refusal(folder: Path, more: str = "", secrets: str = SECRETS) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(home_of(folder, more, secrets))
    return str(caught.value)


def test_defaults_are_the_numbers_of_the_rules(tmp_path: Path) -> None:
    """What config/defaults.toml says and what the core's Policy says is one set of numbers."""
    policy = load_settings(home_of(tmp_path)).house().policy

    assert Policy(procedures=policy.procedures) == policy


def test_the_default_procedure_is_the_six_stages(tmp_path: Path) -> None:
    """Delivery and receipt check are off; five letters and a task follow each other."""
    ladder = load_settings(home_of(tmp_path)).house().policy.procedure("default")

    assert [
        ("delivery", "issue+0d", False),
        ("receipt_check", "issue+3bd", False),
        ("pre_due", "due-7d", True),
        ("inquiry", "due+3bd", True),
        ("reminder", "due+10d", True),
        ("firm_reminder", "due+20d", True),
        ("final_notice", "due+30d", True),
        ("hand_over", "final_notice.pay_by+3bd", True),
    ] == [(level.name, str(level.anchor), level.is_enabled) for level in ladder.levels]
    final = ladder.level("final_notice")
    assert (True, True, 7, Tone.FIRM) == (
        final.is_final_notice,
        final.needs_approval,
        final.pay_by_business_days,
        final.tone,
    )
    assert ladder.level("firm_reminder").is_escalated_sender
    assert LevelAction.TASK is ladder.level("hand_over").action


def test_what_the_user_sets_wins_key_by_key(tmp_path: Path) -> None:
    """One number changed leaves all others as they were; a level is switched on by its name."""
    more = """
[policy]
contact_delay_days = 7
window_opens = "08:30"
[calendar]
days_off = [2026-12-24]
[ledger]
decimal = "comma"
columns = { due = "Zahlbar bis" }
[procedures.default]
enable = ["receipt_check"]
[segments.public]
rules = [{ country = "FR" }, { account = "70001" }]
"""
    settings = load_settings(home_of(tmp_path, more))
    house = settings.house()

    assert (7, time(8, 30), time(16, 30)) == (
        house.policy.contact_delay_days,
        house.policy.window_opens,
        house.policy.window_closes,
    )
    assert frozenset({date(2026, 12, 24)}) == house.days_off
    assert "receipt_check" in [level.name for level in house.policy.procedure("default").ladder]
    assert (
        SegmentRule(segment="public", country="FR"),
        SegmentRule(segment="public", account="70001"),
    ) == house.policy.segment_rules
    assert (("public", "default"),) == house.policy.procedure_of_segment
    expected = LedgerOptions(decimal=DecimalMark.COMMA, columns=(("due", "Zahlbar bis"),))
    assert expected == settings.ledger_options()


def test_the_house_is_ours(tmp_path: Path) -> None:
    """Creditor and reps come out as the core knows them, addresses in one form."""
    house = load_settings(home_of(tmp_path)).house()

    assert Sender(address="ar@creditor.example", name="Creditor GmbH, Buchhaltung") == (
        house.creditor.sender
    )
    assert ("anna@creditor.example", "anna@creditor.example") == (
        house.reps.default,
        house.reps.operator,
    )
    assert replace(house) == house


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither a printed configuration nor an error repeats a password."""
    settings = load_settings(home_of(tmp_path))
    error = refusal(tmp_path, secrets=SECRETS.replace(f'"{PASSWORD}"', f'["{PASSWORD}"]'))

    assert PASSWORD == settings.smtp.password.get_secret_value()
    assert PASSWORD not in repr(settings) + str(settings) + settings.model_dump_json()
    assert b"0123456789abcdef0123456789abcdef" == settings.signing_key()
    assert PASSWORD not in error
    assert "secrets.toml: [smtp] password: found a value that is not shown" in error


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660], ids=oct)
def test_secrets_that_others_can_read_stop_the_start(tmp_path: Path, mode: int) -> None:
    """Duly refuses to work with an open secrets file and says how to close it."""
    home_of(tmp_path, mode=mode)

    with pytest.raises(ConfigError, match=r"accepted: 0600\. Type: chmod 600"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param(
            "[policy]\ncontact_delay = 3",
            ["[policy] contact_delay:", "contact_delay_days"],
            id="misspelt",
        ),
        pytest.param("[polcy]\n", ["[polcy]", "policy (did you mean"], id="section"),
        pytest.param(
            "[policy]\ncontact_delay_days = -1",
            ["duly.toml: [policy] contact_delay_days: found -1; accepted: greater than"],
            id="range",
        ),
        pytest.param("[policy]\nwindow_opens = 17:00:00", ["window_opens before"], id="window"),
        pytest.param(
            '[policy]\ndefault_procedure = "x"', ["found 'x'", "one of default"], id="procedure"
        ),
        pytest.param(
            '[segments.a]\nprocedure = "x"', ["[segments.a] procedure", "'x'"], id="segment"
        ),
        pytest.param(
            '[ledger]\ncolumns = { dew = "D" }', ["'dew' is no column", "due"], id="column"
        ),
        pytest.param(
            '[ledger]\ndecimal = "dot"', ["found 'dot'", "'comma' or 'point'"], id="decimal"
        ),
        pytest.param('[ledger]\nencoding = "latin-99"', ["'latin-99'", "cp1252"], id="encoding"),
        pytest.param(
            '[database]\nurl = "mysql://x"', ["[database] url", "sqlite:///PATH"], id="url"
        ),
        pytest.param('[auth]\nmethod = "xoauth2"', ["[auth]", "token_command"], id="token"),
        pytest.param("[log]\nlevel = 3", ["[log] level: found 3", "'debug'"], id="log"),
        pytest.param('[keys]\nsigning = "x"', ["found a secret", "secrets.toml"], id="open secret"),
        pytest.param(
            '[procedures.default]\nenable = ["recipt"]',
            ["[procedures.default]", "'recipt'"],
            id="level name",
        ),
        pytest.param(
            '[procedures.default]\ndisable = ["final_notice"]',
            ["hand_over", "final_notice.pay_by+3bd"],
            id="anchor without its level",
        ),
        pytest.param(
            '[[procedures.p.levels]]\nname = "a"\nanchor = "duw+3d"',
            ["[procedures.p] levels number 1 anchor", "'duw+3d'", "due+3bd"],
            id="anchor",
        ),
    ],
)
def test_a_mistake_is_named_with_its_mend(tmp_path: Path, more: str, words: list[str]) -> None:
    """Every mistake names file, key, what was found and what is accepted."""
    text = refusal(tmp_path, more)

    assert text.startswith("duly.toml: ")
    assert [] == [word for word in words if word not in text], text


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('country = "DE"', 'country = "Atlantis"', "[creditor] country: found 'Atlantis'"),
        ('zone = "Europe/Berlin"', 'zone = "Berlin"', "[creditor] zone: found 'Berlin'"),
        ('currency = "EUR"', 'currency = "Euro"', "accepted: an ISO 4217 code"),
        ('currency = "EUR"', 'currency = "EUR"\niban = "DE02120300000000202052"', "check digits"),
        ('sender = "ar@creditor.example"', 'sender = "ar"', "[creditor] sender: found 'ar'"),
        ('host = "smtp.creditor.example"', "", "[smtp] host: found nothing"),
        ('host = "smtp.creditor.example"', 'host = "a.example"\ntls = "none"', "this machine only"),
        ("[reps]", "[reps]\nmembers = [{ address = 3 }]", "members number 1 address: found 3"),
        ('name = "Creditor GmbH"', 'name = "Creditor\\nBcc: x"', "without control characters"),
        ("[creditor]", "[creditor", "not TOML"),
        ("[reps]", "[reps]\nmembers = " + "[" * 5_000, "nested too deep"),
        ("[reps]", "[reps]\nmembers = " + "9" * 5_000, "not TOML"),
    ],
    ids=lambda value: value[:24],
)
def test_a_wrong_house_is_refused(tmp_path: Path, before: str, after: str, words: str) -> None:
    """What stands in every letter is checked before the first one goes."""
    home_of(tmp_path)
    text = MINIMAL.replace(before, after, 1)
    (tmp_path / "duly.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)
    assert words in str(caught.value)


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    """Two mistakes are two lines, not two starts."""
    text = refusal(tmp_path, "[policy]\ncontact_delay_days = 0\n[log]\nlevel = 3\n")

    assert ["[log] level", "[policy] contact_delay_days"] == sorted(
        line.split(": ")[1] for line in text.splitlines()
    )


def test_missing_passwords_and_files_are_said(tmp_path: Path) -> None:
    """A username without a password, a home without a configuration: each its own sentence."""
    keys_only = SECRETS[SECRETS.index("[keys]") :]

    assert "[smtp] password: found nothing" in refusal(tmp_path, secrets=keys_only)
    with pytest.raises(ConfigError, match=r"no duly\.toml in .*`init` writes one"):
        load_settings(tmp_path / "nowhere")


def test_init_writes_a_home_once(tmp_path: Path) -> None:
    """A fresh home has its files and folders; a second `init` touches nothing."""
    home = tmp_path / "home"
    made = write_example_home(home)
    (home / "duly.toml").write_text("# mine\n")
    key = (home / "secrets.toml").read_text()

    assert {"duly.toml", "secrets.toml", "ledger", "done", "refused", "templates", "home"} == {
        path.name for path in made
    }
    assert 0o600 == stat.S_IMODE((home / "secrets.toml").stat().st_mode)
    assert () == write_example_home(home)
    assert "# mine\n" == (home / "duly.toml").read_text()
    assert key == (home / "secrets.toml").read_text()


def test_two_homes_sign_with_different_keys(tmp_path: Path) -> None:
    """A token of one installation is worth nothing at another."""
    for name in ("a", "b"):
        write_example_home(tmp_path / name)
    first, second = ((tmp_path / name / "secrets.toml").read_text() for name in ("a", "b"))

    assert first != second


def test_the_example_needs_only_passwords(tmp_path: Path) -> None:
    """What `init` writes is a whole configuration once the passwords are filled in."""
    write_example_home(tmp_path)
    with pytest.raises(ConfigError, match=r"\[smtp\] password: found nothing"):
        load_settings(tmp_path)
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(secrets.read_text().replace('password = ""', f'password = "{PASSWORD}"'))

    assert "Creditor Ltd" == load_settings(tmp_path).creditor.name


def test_the_table_names_every_key() -> None:
    """The README's table is made from the models: each key with unit, default and meaning."""
    table = settings_table()

    assert (
        "| `policy.contact_delay_days` | days | `5` | Between two letters to one account |" in table
    )
    assert "| `creditor.name` |  | *required* | Legal name |" in table
    assert [] == [
        name for name in Settings.model_fields if f"`{name}." not in table and name != "home"
    ]
    assert [] == [line for line in table.splitlines() if line.endswith("|  |")]


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        pytest.param("postgres://duly:p%40ss@db.example/duly", ("p%40ss", "p@ss"), id="quoted"),
        pytest.param("postgres://duly:plain@db.example/duly?ssl=a@b", ("plain",), id="plain"),
        pytest.param("postgres://duly@db.example/duly", (), id="none"),
        pytest.param("sqlite:////var/lib/duly/duly.db", (), id="a file"),
    ],
)
def test_the_password_of_a_database_is_a_secret_too(
    tmp_path: Path, url: str, hidden: tuple[str, ...]
) -> None:
    """The log and the alarms hide it as it stands in the address, and as a server may quote it."""
    without = set(load_settings(home_of(tmp_path)).secrets())
    settings = load_settings(home_of(tmp_path, f'\n[database]\nurl = "{url}"\n'))

    assert set(hidden) == set(settings.secrets()) - without
