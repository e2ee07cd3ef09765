"""Certificates: what this machine's other programs trust, for a Java that brought its own list.

A packaged Java knows the public authorities alone; behind a company's proxy it can fetch nothing.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

NAMED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
USUAL = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def certificates() -> bytes:
    """Return every authority in the bundles that the environment names or the system has, one DER after the other."""
    known = ssl.create_default_context()
    for name in (*(os.environ.get(name, "") for name in NAMED), *USUAL):
        if name and Path(name).is_file():
            known.load_verify_locations(name)
    return b"".join(known.get_ca_certs(binary_form=True))


def trust_the_machine(jvm: Any) -> None:
    """Let connections of a Java process trust these authorities, when there are any."""
    if not (found := certificates()):
        return
    stream = jvm.java.io.ByteArrayInputStream(found)
    listed = jvm.java.security.cert.CertificateFactory.getInstance("X.509").generateCertificates(stream)
    store = jvm.java.security.KeyStore.getInstance("PKCS12")
    store.load(None, None)
    for place, certificate in enumerate(listed):
        store.setCertificateEntry(str(place), certificate)
    factory = jvm.javax.net.ssl.TrustManagerFactory
    managers = factory.getInstance(factory.getDefaultAlgorithm())
    managers.init(store)
    context = jvm.javax.net.ssl.SSLContext.getInstance("TLS")
    context.init(None, managers.getTrustManagers(), None)
    jvm.javax.net.ssl.SSLContext.setDefault(context)
    jvm.javax.net.ssl.HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory())
