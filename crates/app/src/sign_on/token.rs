//! The identity token of OpenID Connect (Core 1.0, 3.1.3.7): its signature by a key that the provider published, and
//! every claim that must hold. The signatures are ring's to check.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// How far the clocks of two machines may be apart, in seconds.
const SKEW: i64 = 60;

/// What a token must say.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// Seconds since 1970-01-01 in UTC.
    pub now: i64,
}

/// The claims of a token whose signature and claims hold.
pub(super) fn claims(token: &str, keys: &Value, expected: &Expected<'_>) -> Result<Value, &'static str> {
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("不是签名的令牌");
    };
    let signed = token.get(..head.len() + 1 + body.len()).unwrap_or_default();
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "签名读不出来")?;
    let header = json(head)?;
    let kid = header.get("kid").and_then(Value::as_str);
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let keys = keys.get("keys").and_then(Value::as_array).ok_or("认证方没有公布公钥")?;
    let fits = |key: &&Value| {
        let own = key.get("kid").and_then(Value::as_str);
        let is_for_signing = key.get("use").and_then(Value::as_str).is_none_or(|purpose| purpose == "sig");
        is_for_signing && (kid.is_none() || own.is_none() || own == kid)
    };
    let holds = keys.iter().filter(fits).any(|key| verifies(key, algorithm, signed.as_bytes(), &signature));
    if !holds {
        return Err("签名不对");
    }
    let claims = json(body)?;
    check(&claims, expected)?;
    Ok(claims)
}

fn json(part: &str) -> Result<Value, &'static str> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "令牌读不出来")?;
    serde_json::from_slice(&bytes).map_err(|_| "令牌读不出来")
}

/// Whether a published key made a signature. The key says which kind it is; the token's own word for its algorithm must
/// agree with it, so that none and symmetric ones never do.
fn verifies(key: &Value, algorithm: &str, signed: &[u8], signature: &[u8]) -> bool {
    let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)).unwrap_or_default();
    match (text("kty"), text("crv"), algorithm) {
        ("RSA", "", "RS256" | "PS256") => {
            let how: &RsaParameters =
                if algorithm == "RS256" { &RSA_PKCS1_2048_8192_SHA256 } else { &RSA_PSS_2048_8192_SHA256 };
            let public = RsaPublicKeyComponents { n: bytes("n"), e: bytes("e") };
            public.verify(how, signed, signature).is_ok()
        }
        ("EC", "P-256", "ES256") => {
            let mut point = vec![4];
            point.extend(bytes("x"));
            point.extend(bytes("y"));
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
        }
        ("OKP", "Ed25519", "EdDSA" | "Ed25519") => {
            UnparsedPublicKey::new(&ED25519, bytes("x")).verify(signed, signature).is_ok()
        }
        _ => false,
    }
}

fn check(claims: &Value, expected: &Expected<'_>) -> Result<(), &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    if text("iss") != Some(expected.issuer) {
        return Err("不是这个认证方签发的");
    }
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let party = text("azp");
    let is_ours = audience.contains(&expected.client_id)
        && party.map_or(audience.len() == 1, |party| party == expected.client_id);
    if !is_ours {
        return Err("不是签发给本站的");
    }
    if text("nonce") != Some(expected.nonce) {
        return Err("不是这一次登录的");
    }
    if number("exp").is_none_or(|end| end + SKEW <= expected.now) {
        return Err("已经过期");
    }
    if number("iat").is_none_or(|made| made - SKEW > expected.now) {
        return Err("签发时间不对");
    }
    if text("sub").is_none_or(|subject| subject.is_empty() || subject.len() > 255) {
        return Err("没有写明是谁");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use ring::rand::SystemRandom;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    fn encoded(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn signed(pair: &Ed25519KeyPair, head: &Value, body: &Value) -> String {
        let text = format!("{}.{}", encoded(head), encoded(body));
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes()).as_ref());
        format!("{text}.{signature}")
    }

    fn pair() -> (Ed25519KeyPair, Value) {
        let bytes = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(bytes.as_ref()).unwrap();
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let keys =
            json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": public, "kid": "1", "use": "sig" }] });
        (pair, keys)
    }

    fn right() -> Value {
        json!({ "iss": "https://id", "aud": "yifa", "nonce": "n", "exp": 1000, "iat": 900, "sub": "7" })
    }

    const EXPECTED: Expected<'_> = Expected { issuer: "https://id", client_id: "yifa", nonce: "n", now: 950 };

    #[test]
    fn a_right_token_holds_and_each_wrong_claim_does_not() {
        let (pair, keys) = pair();
        let head = json!({ "alg": "EdDSA", "kid": "1" });
        let token = signed(&pair, &head, &right());
        assert_eq!(claims(&token, &keys, &EXPECTED).unwrap()["sub"], "7");
        let wrong = [
            ("iss", json!("https://evil"), "不是这个认证方签发的"),
            ("aud", json!("other"), "不是签发给本站的"),
            ("aud", json!(["yifa", "other"]), "不是签发给本站的"),
            ("nonce", json!("older"), "不是这一次登录的"),
            ("exp", json!(890), "已经过期"),
            ("exp", Value::Null, "已经过期"),
            ("iat", json!(1011), "签发时间不对"),
            ("sub", json!(""), "没有写明是谁"),
            ("azp", json!("other"), "不是签发给本站的"),
        ];
        for (name, value, why) in wrong {
            let mut body = right();
            body[name] = value;
            let token = signed(&pair, &head, &body);
            assert_eq!(claims(&token, &keys, &EXPECTED).unwrap_err(), why, "{name}");
        }
        // Exactly at the edge of what clocks may differ.
        let mut edge = right();
        edge["exp"] = json!(891);
        assert!(claims(&signed(&pair, &head, &edge), &keys, &EXPECTED).is_ok());
    }

    #[test]
    fn no_other_key_no_none_and_no_other_algorithm_counts() {
        let (own, keys) = pair();
        let (other, _) = pair();
        let head = json!({ "alg": "EdDSA", "kid": "1" });
        assert_eq!(claims(&signed(&other, &head, &right()), &keys, &EXPECTED).unwrap_err(), "签名不对");
        for algorithm in ["none", "HS256", "RS256", "ES256", ""] {
            let token = signed(&own, &json!({ "alg": algorithm, "kid": "1" }), &right());
            assert_eq!(claims(&token, &keys, &EXPECTED).unwrap_err(), "签名不对", "{algorithm}");
        }
        let unsigned = format!("{}.{}.", encoded(&json!({ "alg": "none" })), encoded(&right()));
        assert!(claims(&unsigned, &keys, &EXPECTED).is_err());
        let token = signed(&own, &json!({ "alg": "EdDSA", "kid": "2" }), &right());
        assert_eq!(claims(&token, &keys, &EXPECTED).unwrap_err(), "签名不对");
        let token = signed(&own, &head, &right());
        let mut parts: Vec<&str> = token.split('.').collect();
        let forged = encoded(
            &json!({ "iss": "https://id", "aud": "yifa", "nonce": "n", "exp": 9999, "iat": 900, "sub": "1" }),
        );
        parts[1] = &forged;
        assert_eq!(claims(&parts.join("."), &keys, &EXPECTED).unwrap_err(), "签名不对");
        for broken in ["", "a.b", "a.b.c.d", "....", "é.é.é"] {
            assert!(claims(broken, &keys, &EXPECTED).is_err());
        }
    }
}
