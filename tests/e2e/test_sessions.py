"""A user who was looked up, and another connection that has the nick when it comes to acting on it."""

from pathlib import Path

from hub_process import ADMIN

PROBE = Path(__file__).parent / "helper_scripts" / "probe.py"
SAY = "(lambda b: (b.__enter__().usermc({text!r}, 'alice'), b.__exit__(None, None, None)))(vh.batch(only_if=alice))"


def test_a_nick_that_changed_hands(start_hub, connect):
    hub = start_hub(scripts=[PROBE])
    boss, alice = connect(hub, *ADMIN), connect(hub, "alice")

    def evaluate(expression, answer):
        return boss.command(f"!eval {expression}", answer)

    evaluate("globals().update(alice=vh.snapshot().users['alice'])", "eval: None")
    evaluate(SAY.format(text="to the first alice"), "eval: (<vh.Future of usermc() at <string>:1: done>, False)")
    alice.wait_chat("to the first alice")
    alice.close()
    boss.wait_for(lambda frame: frame == "$Quit alice", "alice leaves")
    evaluate(SAY.format(text="to nobody"), "eval: SessionGone: vh.batch() did not run: alice has left")
    second = connect(hub, "ALICE")
    second.wait_for(lambda frame: frame.startswith("$MyINFO $ALL ALICE "), "its own MyINFO")
    evaluate(SAY.format(text="to the second alice"), "eval: SessionGone: vh.batch() did not run: alice has left")
    evaluate("vh.snapshot().users['alice'].session > alice.session", "eval: True")
    second.send("<ALICE> here|")
    second.wait_chat("here")
    assert not [frame for frame in second.frames if "to the second alice" in frame]
    hub.stop()
