"""What the issuer tells everybody: where its keys are, and where people sign in."""

from tests.e2e.contact_centre import ContactCentre


def test_the_issuer_describes_itself(centre: ContactCentre) -> None:
    described = centre.http.get("/.well-known/openid-configuration").json()
    assert described["issuer"] == centre.url
    assert described["token_endpoint"] == f"{centre.url}/oauth/token"
    keys = centre.http.get("/.well-known/jwks.json").json()["keys"]
    assert described["jwks_uri"] == f"{centre.url}/.well-known/jwks.json"
    assert [key["kty"] for key in keys] == ["RSA"]
    assert not {"d", "p", "q"} & keys[0].keys()


def test_the_way_to_sign_in_refuses_strangers_without_leading_anywhere(centre: ContactCentre) -> None:
    for path in (
        "/oauth/authorize?client_id=nobody&redirect_uri=https://evil.example",
        "/oauth/callback?code=x&state=y",
    ):
        answer = centre.http.get(path, follow_redirects=False)
        assert answer.status_code == 400
        assert "location" not in answer.headers


def test_a_token_says_how_long_it_holds(centre: ContactCentre) -> None:
    form = {"grant_type": "client_credentials"}
    answer = centre.http.post("/oauth/token", data=form, auth=("demo-admin", "demo-secret"))
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 86_400)
    assert answer.headers["cache-control"] == "no-store"
