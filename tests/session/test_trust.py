"""A Java with a list of authorities of its own trusts what this machine trusts."""

from __future__ import annotations

import ssl

from lakehouse.session import trust


def test_authorities_come_from_the_bundle_that_the_environment_names(tmp_path, monkeypatch):
    monkeypatch.setattr(trust, "USUAL", ())
    for name in trust.NAMED:
        monkeypatch.delenv(name, raising=False)
    [mine, *_] = ssl.create_default_context(cafile=system_bundle()).get_ca_certs(binary_form=True)
    bundle = tmp_path / "company.pem"
    bundle.write_text(ssl.DER_cert_to_PEM_cert(mine))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert mine in trust.certificates()


def test_java_is_given_all_of_them(spark, monkeypatch):
    [one, other, *_] = ssl.create_default_context(cafile=system_bundle()).get_ca_certs(binary_form=True)
    monkeypatch.setattr(trust, "certificates", lambda: one + other)
    jvm = spark.sparkContext._jvm
    before = jvm.javax.net.ssl.SSLContext.getDefault()
    try:
        trust.trust_the_machine(jvm)
        assert not before.equals(jvm.javax.net.ssl.SSLContext.getDefault())
        assert jvm.javax.net.ssl.SSLContext.getDefault().getProtocol() == "TLS"
    finally:
        jvm.javax.net.ssl.SSLContext.setDefault(before)
        jvm.javax.net.ssl.HttpsURLConnection.setDefaultSSLSocketFactory(before.getSocketFactory())


def system_bundle() -> str:
    import certifi

    return certifi.where()
