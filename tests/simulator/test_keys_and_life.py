"""Keys, official vectors, snapshots, and the foreground server."""

import base64
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from wechatpayv3 import WeChatPay
from wechatpayv3.utils import aes_decrypt

from tests.simulator.support import Api, Receiver, make_client, order
from xintui.simulator import crypto
from xintui.simulator.keys import Keys, load_private, make_keys
from xintui.simulator.server import Running, gateway


def test_keys_are_made_once_kept_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = make_keys(tmp_path / "keys")
    assert make_keys(tmp_path / "keys") == first
    files = [one for one in first.directory.rglob("*") if one.is_file() and one.name != ".lock"]
    assert len(files) == 7 + 4  # and those of alipay/
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert (len(first.apiv3_key), len(first.mchid), len(first.merchant_serial)) == (32, 10, 40)
    certificate = x509.load_pem_x509_certificate(first.platform_cert_file.read_bytes())
    assert f"{certificate.serial_number:X}" == first.platform_serial
    assert first.apiv3_key not in repr(first) and first.appsecret not in repr(first)


def _testing_key(pem: str) -> str:
    return pem.replace("TESTING KEY", "PRIVATE KEY")


def test_signing_and_verifying_agree_with_the_official_vectors(vectors: Path) -> None:
    found = json.loads(vectors.read_text())["rsa_sign"]
    key = load_private(_testing_key(found["key_pem_testing"]))
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    assert base64.b64encode(key.sign(b"source", PKCS1v15(), SHA256())).decode() == found["signature_b64"]


def test_an_official_callback_verifies_line_by_line_and_opens(vectors: Path) -> None:
    found = json.loads(vectors.read_text())["notify"]
    public = x509.load_pem_x509_certificate(found["cert_pem"].encode()).public_key()
    assert isinstance(public, RSAPublicKey)
    head = found["headers"]
    lines = (head["Wechatpay-Timestamp"], head["Wechatpay-Nonce"], found["body"])
    assert crypto.verifies(public, head["Wechatpay-Signature"], *lines)
    assert not crypto.verifies(public, head["Wechatpay-Signature"], lines[0], lines[1], found["body"] + " ")
    sealed = json.loads(found["body"])["resource"]
    again = crypto.seal(found["api_v3_key"], found["plaintext"], sealed["associated_data"], sealed["nonce"])
    assert again["ciphertext"] == sealed["ciphertext"]


def test_sealing_and_opening_agree_with_the_official_vectors(vectors: Path) -> None:
    found = json.loads(vectors.read_text())
    for name in ("aead_go", "aead_java"):
        one = found[name]
        aad, nonce = one.get("aad"), one["nonce"]
        assert crypto.seal(one["api_v3_key"], one["plaintext"], aad, nonce)["ciphertext"] == one["ciphertext_b64"]
    certificate = found["certificates_download"]
    sealed = certificate["response"]["data"][0]["encrypt_certificate"]
    plain = AESGCM(certificate["api_v3_key"].encode()).decrypt(
        sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), sealed["associated_data"].encode()
    )
    assert f"{x509.load_pem_x509_certificate(plain).serial_number:X}" == certificate["expect_serial"]
    oaep = found["rsa_oaep_decrypt"]
    key = load_private(_testing_key(found["rsa_sign"]["key_pem_testing"]))
    assert crypto.open_private(key, oaep["ciphertext_b64"]) == "hello world"
    assert crypto.open_private(key, base64.b64encode(b"x" * 256).decode()) is None


def test_the_facts_own_vector_seals_to_the_same_bytes() -> None:
    sealed = crypto.seal(
        "0123456789abcdef0123456789abcdef",
        '{"out_trade_no":"T1","amount":{"total":100}}',
        "transaction",
        "abcdefghijkl",
    )
    assert sealed["ciphertext"] == ("Eu6myr+6GaECeJdOZPZ6BX5lij2Vog42cctQ6PBmtcgYp9SdQnbIknpK7d3XbW8ytV9h9AMKKMFet6ST")


def test_the_downloaded_platform_certificate_opens_with_the_apiv3_key(client: WeChatPay, sim: Running) -> None:
    status, message = client._core.request("/v3/certificates")
    (one,) = json.loads(message)["data"]
    sealed = one["encrypt_certificate"]
    plain = aes_decrypt(sealed["nonce"], sealed["ciphertext"], sealed["associated_data"], sim.keys.apiv3_key)
    assert (status, one["serial_no"], plain) == (200, sim.keys.platform_serial, sim.keys.platform_cert)


def test_a_restarted_gateway_keeps_bills_clock_and_callbacks_to_come(keys: Keys, tmp_path: Path) -> None:
    book = tmp_path / "books.json"
    with gateway(keys.directory, state_file=book) as sim:
        api, client = Api(sim.url), make_client(sim)
        receiver = Receiver(client)
        api.fault("callback.late", seconds=3600)
        order(client, "KORDER01", receiver.url)
        paid = api.pay("KORDER01")
        api.advance(1800)
        seen = sim.world.now()
    with gateway(keys.directory, state_file=book) as sim:
        api, client = Api(sim.url), make_client(sim)
        assert seen <= sim.world.now() < seen + 60
        assert json.loads(client.query(out_trade_no="KORDER01")[1]) == paid
        assert receiver.good == []
        api.advance(1801)
        assert [one["resource"]["out_trade_no"] for one in receiver.good] == ["KORDER01"]
    receiver.close()


def test_reset_forgets_bills_and_faults_but_not_keys(client: WeChatPay, api: Api) -> None:
    order(client, "KORDER02", "http://127.0.0.1:9/none")
    api.fault("answer.error", times=5)
    assert api.post("/sim/reset") == {"reset": True}
    assert client.query(out_trade_no="KORDER02")[0] == 404
    assert api.get("/sim/faults")["faults"] == []


def test_the_clock_runs_faster_on_request_and_never_back(api: Api, sim: Running) -> None:
    before = sim.world.now()
    assert api.post("/sim/clock", to="2020-01-01T00:00:00+08:00")["code"] == "PARAM_ERROR"
    assert api.post("/sim/clock", advance=-1)["code"] == "PARAM_ERROR"
    assert api.post("/sim/clock", to="morgen")["code"] == "PARAM_ERROR"
    assert api.post("/sim/clock", rate=1000)["rate"] == 1000
    import time

    time.sleep(0.1)
    assert sim.world.now() - before >= 100


def test_the_foreground_server_says_where_all_is_and_stops_on_sigterm(keys: Keys, tmp_path: Path) -> None:
    code = "import sys; from xintui.simulator.server import run; run(port=0, directory=sys.argv[1], state=sys.argv[2])"
    state = tmp_path / "state.json"
    process = subprocess.Popen(
        [sys.executable, "-uc", code, str(keys.directory), str(state)], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": "src"},
    )  # fmt: skip
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(10)]
    url = lines[0].removeprefix("网关模拟器已启动：")
    assert "没有待付款的订单" in httpx.get(url, trust_env=False).text
    assert f"商户号 {keys.mchid}" in lines[3]
    assert keys.apiv3_key not in "".join(lines)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert process.stdout.read().strip() == "网关模拟器已停止"
    assert json.loads(state.read_text())["trades"] == {}
