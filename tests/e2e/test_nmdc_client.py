"""The test client itself, against a socket that plays recorded transcripts: what it must send, and what it must notice."""

import socket
import threading

import pytest
from nmdc_client import Client, FrameSplitter, HubSaidNo, escape, unescape
from patience import DEADLINE

LOCK = b"$Lock EXTENDEDPROTOCOL_NMDC_3562 Pk=Verlihub 1.7.0.0|"
GUEST = [  # (what the hub sends, the last bytes it then waits for)
    (LOCK, b"$ValidateNick alice|"),
    (b"$Supports NoHello NoGetINFO UserIP2 TTHSearch |$HubName Verlihub - old topic|$Hello alice|", b"$0$|"),
    (b"$MyINFO $ALL alice tester<test V:1,M:A,H:1/0/0,S:3>$ $100\x01$$0$|<Verlihub> Software: Verlihub|"
     b"$MyINFO $ALL opnick probe$ $100\x01$a@b.c$0$|$OpList opnick$$Verlihub$$|$HubName Verlihub - Weekly $ topic|"
     b"<opnick> 5 &#36; &#124; caf\xe9|$To: alice From: opnick $<opnick> psst|$Quit opnick|", None)]
OPERATOR = [
    (LOCK, b"$ValidateNick opnick|"), (b"$Supports NoHello |$HubName Verlihub|$GetPass|", b"$MyPass op+pass|"),
    (b"$Hello opnick|$LogedIn opnick|", b"$0$|"), (b"$MyINFO $ALL opnick $ $\x01$$0$|", None)]
DENIED = [(LOCK, b"$ValidateNick alice|"), (b"<Verlihub> taken|$ValidateDenide alice|", None)]


@pytest.fixture
def play():
    """play(transcript, step) serves one connection on a port that it returns; `step` bytes per write."""
    threads = []

    def start(transcript, step=4096):
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            with listener, listener.accept()[0] as peer:
                peer.settimeout(DEADLINE)
                for sent, awaited in transcript:
                    for begin in range(0, len(sent), step):
                        peer.sendall(sent[begin : begin + step])
                    received = b""
                    while awaited is not None and not received.endswith(awaited):
                        received += peer.recv(4096)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return listener.getsockname()[1]

    yield start
    for thread in threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()


@pytest.mark.parametrize("step", [1, 7, 4096])
def test_guest(play, step):
    with Client(play(GUEST, step), "alice") as client:
        client.wait_chat("5 $ | caf\udce9", by="opnick")
        client.wait_pm("psst", by="opnick")
        client.wait_closed()
        assert client.nicks() == {"alice"}
        assert client.topic() == "Weekly $ topic"


def test_password(play):
    with Client(play(OPERATOR), "opnick", "op+pass") as client:
        assert "$LogedIn opnick" in client.frames


def test_a_refusal_is_an_error_that_tells_why(play):
    with pytest.raises(HubSaidNo, match="taken"):
        Client(play(DENIED), "alice")


def test_waiting_ends(play):
    with Client(play(GUEST), "alice") as client:
        with pytest.raises(AssertionError, match="'never said'"):
            client.wait_chat("never said", deadline=0.05)


def test_escaping_is_reversible():
    for text in ("a|b", "$", "&#36;", "&amp;", "&", "&amp;#36;", "50% & $5 | &#124;"):
        assert "|" not in escape(text) and unescape(escape(text)) == text


def test_frames_do_not_depend_on_the_pieces():
    splitter = FrameSplitter()
    assert [splitter.feed(piece) for piece in (b"a|b", b"", b"c||d", b"|")] == [["a"], [], ["bc", ""], ["d"]]
