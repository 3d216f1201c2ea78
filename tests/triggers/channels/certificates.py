"""A certificate authority for one test, and servers' certificates by it."""

import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        constraints = [(x509.BasicConstraints(ca=True, path_length=None), True)]
        self.file = self._write(
            "authority.pem", self._certificate(self.name, self.key.public_key(), constraints)
        )

    def server(self, *names, expired=False, trusted=True):
        """Return the context of a server that is one of `names`, host names or addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = x509.SubjectAlternativeName(
            [
                x509.IPAddress(ipaddress.ip_address(name))
                if name[-1].isdigit() or ":" in name
                else x509.DNSName(name)
                for name in names
            ]
        )
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Server")])
        certificate = self._certificate(
            subject,
            key.public_key(),
            [(alternatives, False)],
            days=-1 if expired else 2,
            signed_by=self.key if trusted else key,
            issuer=self.name if trusted else subject,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        stem = f"{names[0]}-{expired}-{trusted}".replace(":", "-")
        context.load_cert_chain(self._write(f"{stem}.pem", certificate), self._write_key(f"{stem}.key", key))
        return context

    def _certificate(self, subject, public_key, extensions, *, days=2, signed_by=None, issuer=None):
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=3))
            .not_valid_after(now + datetime.timedelta(days=days))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(signed_by or self.key, hashes.SHA256())

    def _write(self, name, certificate):
        path = self.folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _write_key(self, name, key):
        path = self.folder / name
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return path
