"""The forms of tokens: what API Gateway and any OAuth client will check of them."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey
from switchboard.identity import tokens

VERIFIER = "dBjftJeZ4CVP-mBX4E1Q0gXVcO7T2E9aKk7yLQ8p3zQ"


def test_the_challenge_is_that_of_rfc_7636_appendix_b() -> None:
    assert (
        tokens.challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_only_the_verifier_itself_proves() -> None:
    challenge = tokens.challenge_of(VERIFIER)
    assert tokens.proves(VERIFIER, challenge)
    assert not tokens.proves(VERIFIER[:-1] + "x", challenge)
    assert not tokens.proves("", challenge)


@pytest.mark.parametrize("verifier", ["a" * 42, "a" * 129, "ä" * 43, "a" * 43 + "\n"])
def test_a_malformed_verifier_proves_nothing_though_its_hash_fits(verifier: str) -> None:
    assert not tokens.proves(verifier, tokens.encode(hashlib.sha256(verifier.encode()).digest()))


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_the_published_key_verifies_what_the_private_key_signed(bits: int) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    der = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    token = tokens.signed(
        {"sub": "ana"}, "key-1", lambda message: private.sign(message, padding.PKCS1v15(), hashes.SHA256())
    )
    key = tokens.web_key(der, "key-1")
    signature = jws.deserialize_compact(token.encode(), RSAKey.import_key(dict(key)), algorithms=["RS256"])
    assert json.loads(signature.payload) == {"sub": "ana"}
    assert signature.headers()["kid"] == key["kid"] == "key-1"
    assert tokens.claims_of(token) == {"sub": "ana"}


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_whatever_is_no_token_is_refused_with_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        tokens.claims_of(text)


@given(st.binary(max_size=100))
def test_base64url_survives_the_way_there_and_back(octets: bytes) -> None:
    assert tokens.decode(tokens.encode(octets)) == octets
