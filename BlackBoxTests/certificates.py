"""Certificates that are made on the spot, by an authority that nobody else trusts."""

import ssl
import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A certificate authority in a folder, and the file that makes somebody trust it."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "authority.pem"
        self.key = folder / "authority.key"
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 30,
            "-subj", "/CN=Authority of the tests", "-keyout", self.key, "-out", self.file,
        )  # fmt: skip

    def context(self, name="localhost"):
        """What a server with a certificate for this name shows."""
        key, request, certificate = (self.folder / f"{name}.{suffix}" for suffix in ("key", "csr", "pem"))
        names = self.folder / f"{name}.ext"
        names.write_text(f"subjectAltName=DNS:{name}\n")
        openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", key, "-out", request,
        )  # fmt: skip
        openssl(
            "x509", "-req", "-in", request, "-days", 30, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial",
            "-extfile", names, "-out", certificate,
        )  # fmt: skip
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        return context
