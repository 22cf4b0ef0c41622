"""TLS between services: with a certificate of the platform's CA one is let in, without one is not; probes need none."""

import datetime
from collections.abc import Iterator

import grpc
import pytest
from cift_common import rpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from grpc_health.v1 import health_pb2, health_pb2_grpc

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    return certificate("ca", key, None, key), key


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(signer, hashes.SHA256())
    )


def tls(name: str, ca: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> rpc.Tls:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    return rpc.Tls(
        ca=ca[0].public_bytes(pem),
        certificate=certificate(name, key, *ca).public_bytes(pem),
        key=key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


@pytest.fixture
def ca() -> Iterator[tuple[x509.Certificate, ec.EllipticCurvePrivateKey]]:
    yield authority()
    rpc.secure(None)


async def status(channel: grpc.aio.Channel, service: str = "") -> int:
    async with channel:
        request = health_pb2.HealthCheckRequest(service=service)
        return int((await health_pb2_grpc.HealthStub(channel).Check(request, timeout=5)).status)


async def test_only_peers_of_the_same_ca_get_in(ca: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> None:
    rpc.secure(tls("trading", ca), "127.0.0.1:0")
    server = rpc.Server("127.0.0.1:0")
    await server.start()
    try:
        address = f"localhost:{server.port}"
        assert await status(rpc.channel(address), rpc.LIVENESS) == health_pb2.HealthCheckResponse.SERVING
        assert await status(rpc.channel(address)) == health_pb2.HealthCheckResponse.NOT_SERVING
        await server.ready()
        assert await status(rpc.channel(address)) == health_pb2.HealthCheckResponse.SERVING

        rpc.secure(tls("stranger", authority()))
        stranger = rpc.channel(address)
        rpc.secure(None)
        for refused in (stranger, rpc.channel(address)):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await status(refused)
            assert error.value.code() == grpc.StatusCode.UNAVAILABLE

        probe = rpc.channel(f"127.0.0.1:{server.health_port}")
        assert await status(probe) == health_pb2.HealthCheckResponse.SERVING
    finally:
        await server.stop(0)
