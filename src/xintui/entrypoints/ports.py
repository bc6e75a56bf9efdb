"""Is the address free? Asked before serving: a second server on a shared port would answer every other request."""

import socket
from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class PortTaken(DomainError):
    """Another process listens there."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "serve.port_taken"
    says: ClassVar[str] = "地址 {host}:{port} 已被其他程序占用，请先停止它或换一个端口"

    host: str
    port: int


def require_free(host: str, port: int) -> None:
    """Raises `PortTaken`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an old connection's TIME_WAIT is no listener
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(host, port) from None
