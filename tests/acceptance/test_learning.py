"""Learning on the spot: corrections are kept in the home, and own heads are used from there."""

from __future__ import annotations

import json
from pathlib import Path

from daemon.compose import active_model
from tests.acceptance.house import House

MAIL = (
    b"From: jo@ott.test\r\nTo: ar@seller.test\r\nSubject: Re: Invoice INV-1001\r\n"
    b"Message-ID: <a2@ott.test>\r\n\r\nThe gearbox rattles, so the invoice stays in my drawer.\r\n"
)


def test_correct_remembers_a_mail_with_what_it_means(house: House, tmp_path: Path) -> None:
    """The new text and the labels become one line of examples; a wrong label is refused."""
    mail = tmp_path / "mail.eml"
    mail.write_bytes(MAIL)
    done = house.run("correct", str(mail), "dispute")
    refused = house.run("correct", str(mail), "grumbling")
    lines = (house.path / "examples.jsonl").read_text(encoding="utf-8").splitlines()

    assert (0, 2) == (done.code, refused.code)
    assert [
        {
            "body": "The gearbox rattles, so the invoice stays in my drawer.",
            "intents": ["dispute"],
        }
    ] == [json.loads(line) for line in lines]


def test_training_without_corrections_says_what_to_do(stocked: House) -> None:
    """There is nothing to learn from yet, and nothing is changed."""
    done = stocked.run("train")

    assert 1 == done.code
    assert "nothing to learn from yet" in done.out
    assert not (stocked.path / "models").exists()


def test_the_heads_named_active_are_those_in_use(tmp_path: Path) -> None:
    """No file, a missing folder and a damaged name mean the packaged model."""
    models = tmp_path / "models"
    (models / "2").mkdir(parents=True)
    nothing = active_model(tmp_path)
    (models / "active").write_text("3\n", encoding="utf-8")
    missing = active_model(tmp_path)
    (models / "active").write_text("\n", encoding="utf-8")
    empty = active_model(tmp_path)
    (models / "active").write_text("2\n", encoding="utf-8")

    assert ["", "", ""] == [nothing, missing, empty]
    assert str(models / "2") == active_model(tmp_path)
