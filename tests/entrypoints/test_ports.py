"""A second server on a taken port is refused in one sentence, not silently given every other request."""

import socket

import pytest

from xintui.entrypoints.ports import PortTaken, require_free


def test_a_listener_makes_the_port_taken_and_its_end_makes_it_free() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as granian does
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken) as refusal:
            require_free("127.0.0.1", port)
        assert refusal.value.facts == {"host": "127.0.0.1", "port": port}
    require_free("127.0.0.1", port)
