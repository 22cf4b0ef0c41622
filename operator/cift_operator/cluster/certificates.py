"""A platform's own CA, and a certificate for each of its services and for the operator; EC P-256."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cift_common.peers import identity
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
LEAF_DAYS = 365
RENEW_DAYS = 60
"""Before its end a certificate is made anew; what uses it starts again."""
OPERATOR = "operator"
_CA = "ca"

Files = dict[str, str]
"""`<name>.crt` and `<name>.key` → PEM; `ca` among them."""


def complete(
    held: Mapping[str, str],
    names: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    platform: str,
    anew: bool = False,
) -> Files:
    """What is held, and what is missing or about to end made. `names`: component → DNS names. `anew`: all leaves.

    Each leaf names its component (`cift_common.peers.identity`), by which services know who calls them.
    """
    found = dict(held)
    signer = _signer(found.get("ca.key", ""))
    if signer is None or not _fresh(found.get("ca.crt", ""), None, now):
        found = _authority(now)
        signer = _signer(found["ca.key"])
    authority = x509.load_pem_x509_certificate(found["ca.crt"].encode())
    assert signer is not None
    for name, hosts in {**names, OPERATOR: [OPERATOR]}.items():
        names_of = _Names(name, tuple(hosts), identity(platform, name))
        if anew or not _fresh(found.get(f"{name}.crt", ""), names_of, now):
            found |= _leaf(names_of, authority, signer, now)
    return found


def _signer(pem: str) -> ec.EllipticCurvePrivateKey | None:
    """None: it is not one of ours."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except ValueError:
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) else None


@dataclass(frozen=True)
class _Names:
    component: str
    hosts: tuple[str, ...]
    identity: str


def _fresh(pem: str, wanted: _Names | None, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return False
    if certificate.not_valid_after_utc < now.astimezone(UTC) + timedelta(days=RENEW_DAYS):
        return False
    if wanted is None:
        return True
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    identities = names.get_values_for_type(x509.UniformResourceIdentifier)
    return sorted(names.get_values_for_type(x509.DNSName)) == sorted(wanted.hosts) and identities == [wanted.identity]


def _authority(now: datetime) -> Files:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CIFT platform CA")])
    certificate = (
        _builder(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pair(_CA, certificate, key)


def _leaf(names: _Names, authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey, now: datetime) -> Files:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names.component[:64])])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    alternative: list[x509.GeneralName] = [x509.DNSName(host) for host in names.hosts]
    alternative.append(x509.UniformResourceIdentifier(names.identity))
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    certificate = (
        _builder(subject, authority.subject, key, now, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(both, critical=False)
        .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        .add_extension(issuer, critical=False)
        .sign(signer, hashes.SHA256())
    )
    return _pair(names.component, certificate, key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    start = now.astimezone(UTC) - timedelta(minutes=5)  # clocks differ
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Files:
    plain = serialization.NoEncryption()
    return {
        f"{name}.crt": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        f"{name}.key": key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode(),
    }
