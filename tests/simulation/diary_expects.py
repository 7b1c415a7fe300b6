"""Lines of a diary that expect: letters, holds, forwards, echoes, promises, blockers."""

from __future__ import annotations

from daemon.core.effects import EchoToRep, ForwardToRep, SendLetter
from daemon.core.explain import explain
from daemon.core.state import LetterStage
from tests.simulation.diary import REP, Diary, Verb
from tests.simulation.words import option


async def expect(diary: Diary, words: list[str]) -> None:
    """Dispatch `expect letter|no|hold|forward|echo|promise|blocker|stage …`."""
    await EXPECTATIONS[words[0]](diary, words[1:])


async def expect_letter(diary: Diary, words: list[str]) -> None:
    """`expect letter LEVEL [for A,B] [to x@y] [account ACME] [asking "100.00 EUR"]`."""
    account = await diary.account_of(words)
    state = await diary.office.state(account)
    today = [
        letter
        for letter in state.letters
        if letter.accepted_on == diary.today and letter.level == words[0]
    ]

    assert 1 == len(today), f"{diary.today}: letters {[x.level for x in state.letters]}"

    letter = today[0]
    diary.letters.append((diary.today, account, words[0]))
    if "for" in words:
        assert sorted(option(words, "for").split(",")) == sorted(x.number for x in letter.lines)
    if "to" in words:
        assert option(words, "to") == letter.recipient
    row = await diary.office.store.outgoing(letter.key)
    assert row is not None
    assert isinstance(row.effect, SendLetter)
    content = row.effect.content
    if "asking" in words:
        assert option(words, "asking") == " + ".join(str(total.asked) for total in content.totals)
    if "because" in words:
        assert (option(words, "because") == "promise_broken") == content.has_broken_promise
    if "disputed" in words:
        assert option(words, "disputed").split(",") == [x.number for x in content.disputed]
    if "also_open" in words:
        assert option(words, "also_open").split(",") == [x.number for x in content.also_open]


async def expect_hold(diary: Diary, words: list[str]) -> None:
    """`expect hold REASON [on SUBJECT] [until DATE] [code price] [account ACME]`."""
    state = await diary.office.state(await diary.account_of(words))
    subject, until = option(words, "on"), option(words, "until")
    found = [
        hold
        for hold in state.live_holds(diary.today)
        if hold.reason.value == words[0] and (not subject or hold.subject == subject)
    ]

    assert found, f"{diary.today}: live holds are {state.live_holds(diary.today)}"

    if until:
        ends = {str(hold.until_on) if hold.until_on else "lifted" for hold in found}

        assert {until} == ends

    if "code" in words:
        assert option(words, "code") == found[0].reason_code


async def expect_no(diary: Diary, words: list[str]) -> None:
    """`expect no hold [REASON] [on X]`, `expect no letter`, `expect no forward`."""
    state = await diary.office.state(await diary.account_of(words))
    match words[0]:
        case "hold":
            subject = option(words, "on")
            reasons = [
                hold.reason.value
                for hold in state.live_holds(diary.today)
                if not subject or hold.subject == subject
            ]
            named = words[1] if len(words) > 1 and words[1] not in ("on", "account") else ""

            assert (named not in reasons) if named else reasons == [], reasons
        case "letter":
            today = [entry.level for entry in state.letters if entry.accepted_on == diary.today]

            assert today == []
        case "forward":
            assert set() == await diary.unexpected_forwards()
        case other:
            raise AssertionError(f"expect no {other}?")


async def expect_forward(diary: Diary, words: list[str]) -> None:
    """`expect forward "part of the reason" [to x@y] [quoting "…"] [offering approve,veto]`."""
    to = option(words, "to") or REP
    for row in reversed(await diary.rep_rows()):
        effect = row.effect
        if not isinstance(effect, ForwardToRep) or row.key in diary.forwards:
            continue
        said = " ".join((effect.subject, effect.why, *effect.done))
        if words[0].lower() in said.lower() and row.recipient == to:
            diary.forwards.add(row.key)
            if "quoting" in words:
                assert option(words, "quoting") in " ".join(effect.evidence)
            for offered in filter(None, option(words, "offering").split(",")):
                assert any(line.startswith(offered) for line in effect.commands), effect.commands
            return
    waiting = await diary.unexpected_forwards()
    raise AssertionError(f"{diary.today}: no forward says {words[0]!r}; others: {waiting}")


async def expect_echo(diary: Diary, words: list[str]) -> None:
    """`expect echo "part of the text"`: the newest echo to the rep."""
    echoes = [row.effect for row in await diary.rep_rows() if isinstance(row.effect, EchoToRep)]

    assert echoes
    assert words[0].lower() in " ".join((echoes[-1].subject, *echoes[-1].lines)).lower()


async def expect_promise(diary: Diary, words: list[str]) -> None:
    """`expect promise OUTCOME [on DATE] [of "100.00 EUR"] [account ACME]`: the newest one."""
    state = await diary.office.state(await diary.account_of(words))

    assert state.promises

    newest = state.promises[-1]

    assert words[0] == newest.outcome.value

    if "on" in words:
        assert option(words, "on") == newest.promised_on.isoformat()
    if "of" in words:
        assert option(words, "of") == str(newest.amount)


async def expect_blocker(diary: Diary, words: list[str]) -> None:
    """`expect blocker NAME on INV-7`."""
    number = option(words, "on")
    state, conditions = await diary.verdict(number)
    verdict = explain(state, conditions, diary.office.house, diary.office.clock.now(), number)

    assert words[0] in [blocker.name for blocker in verdict.blockers]


async def expect_stage(diary: Diary, words: list[str]) -> None:
    """`expect stage STAGE of INV-7`."""
    number = option(words, "of")
    state, _ = await diary.verdict(number)
    sequence = state.sequence_of(number)

    assert sequence is not None
    assert words[0] == sequence.stage.value


async def expect_waiting(diary: Diary, words: list[str]) -> None:
    """`expect waiting LEVEL [account ACME]`: a letter that awaits approval."""
    state = await diary.office.state(await diary.account_of(words))
    waiting = [x.level for x in state.letters if x.stage is LetterStage.AWAITS_APPROVAL]

    assert [words[0]] == waiting


EXPECTATIONS: dict[str, Verb] = {
    "letter": expect_letter,
    "hold": expect_hold,
    "no": expect_no,
    "forward": expect_forward,
    "echo": expect_echo,
    "promise": expect_promise,
    "blocker": expect_blocker,
    "stage": expect_stage,
    "waiting": expect_waiting,
}
