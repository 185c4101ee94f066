//! Signed roots: the standards' examples, and every change of a text, a key or a signature.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use ledger::{Hash, HashFunction as _, Head, PublicKeys, SecretKeys, Signatures, Sm3, WrongSignature};

/// The secret of SM2's example in GB/T 32918.5-2017, annex A, with its public key.
const SM2_SECRET: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const SM2_X: &str = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
const SM2_Y: &str = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
/// The example's signature of "message digest" under the default user id.
const SM2_R: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
const SM2_S: &str = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
/// RFC 8032 section 7.1, test 1: the secret, the public key, the signature of nothing.
const ED_SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const ED_PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn bytes(hex: &str) -> [u8; 32] {
    Hash::parse(hex).unwrap().0
}

fn keys() -> SecretKeys {
    SecretKeys::new(&bytes(SM2_SECRET), &bytes(ED_SECRET)).unwrap()
}

fn head() -> Head {
    Head { log: "0f".repeat(16), size: 1024, root: Sm3::digest(&[b"root"]), made_at: 1_732_800_000_000_000 }
}

#[test]
fn the_public_keys_are_the_standards_examples() {
    let public = keys().public();
    assert_eq!(public.sm2[0], 4);
    assert_eq!(public.sm2[1..33], bytes(SM2_X));
    assert_eq!(public.sm2[33..], bytes(SM2_Y));
    assert_eq!(public.ed25519, bytes(ED_PUBLIC));
}

#[test]
fn the_standards_example_signature_holds() {
    let mut sm2 = [0; 64];
    sm2[..32].copy_from_slice(&bytes(SM2_R));
    sm2[32..].copy_from_slice(&bytes(SM2_S));
    let text = b"message digest";
    let ed25519 = keys().sign(text).unwrap().ed25519;
    assert_eq!(keys().public().check(text, &Signatures { sm2, ed25519 }), Ok(()));
}

#[test]
fn the_text_is_five_lines() {
    let text = head().text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "yifa root 1");
    assert_eq!(lines[1], format!("log: {}", "0f".repeat(16)));
    assert_eq!(lines[2], "size: 1024");
    assert!(lines[3].starts_with("root: "));
    assert_eq!(lines[4], "made_at: 1732800000000000");
    assert!(text.ends_with('\n') && lines.len() == 5);
}

#[test]
fn a_signature_holds_for_its_text_and_key_alone() {
    let (secret, head) = (keys(), head());
    let public = secret.public();
    let text = head.text();
    let signed = secret.sign(text.as_bytes()).unwrap();
    assert_eq!(secret.sign(text.as_bytes()), Some(signed), "signing is not random");
    assert_eq!(public.check(text.as_bytes(), &signed), Ok(()));
    let others = [
        Head { log: "0e".repeat(16), ..head.clone() },
        Head { size: 1023, ..head.clone() },
        Head { root: Sm3::digest(&[b"other"]), ..head.clone() },
        Head { made_at: 0, ..head },
    ];
    for other in others {
        assert_eq!(public.check(other.text().as_bytes(), &signed), Err(WrongSignature::Sm2));
    }
    let other = SecretKeys::new(&[7; 32], &[7; 32]).unwrap();
    assert_ne!(other.public().fingerprint(), public.fingerprint());
    assert_eq!(other.public().check(text.as_bytes(), &signed), Err(WrongSignature::Sm2));
    let half = PublicKeys { ed25519: other.public().ed25519, ..public };
    assert_eq!(half.check(text.as_bytes(), &signed), Err(WrongSignature::Ed25519));
}

#[test]
fn every_changed_byte_of_a_signature_is_found() {
    let secret = keys();
    let (text, public) = (head().text(), secret.public());
    let signed = secret.sign(text.as_bytes()).unwrap();
    for at in 0..64 {
        let (mut sm2, mut ed25519) = (signed, signed);
        sm2.sm2[at] ^= 1;
        ed25519.ed25519[at] ^= 1;
        assert_eq!(public.check(text.as_bytes(), &sm2), Err(WrongSignature::Sm2));
        assert_eq!(public.check(text.as_bytes(), &ed25519), Err(WrongSignature::Ed25519));
    }
}

#[test]
fn keys_that_are_none_sign_nothing() {
    assert!(SecretKeys::new(&[0; 32], &[1; 32]).is_none());
    assert!(SecretKeys::new(&[0xff; 32], &[1; 32]).is_none());
    let nobody = PublicKeys { sm2: [0; 65], ed25519: [0; 32] };
    let signed = keys().sign(b"text").unwrap();
    assert_eq!(nobody.check(b"text", &signed), Err(WrongSignature::Sm2));
    // A point of small order signs anything in the lenient check.
    let weak = PublicKeys { sm2: keys().public().sm2, ed25519: [0; 32] };
    assert_eq!(weak.check(b"text", &signed), Err(WrongSignature::Ed25519));
}

/// The message of C2SP's `cosignature/v1`; the Base64 is that of Python's module for the same bytes.
#[test]
fn a_witness_signs_the_message_that_others_sign() {
    let root = Hash(std::array::from_fn(|at| u8::try_from(at).unwrap()));
    let head = Head { log: "0f".repeat(16), size: 20_852_163, root, made_at: 1 };
    let expected = format!(
        "cosignature/v1\ntime 1679315147\nyifa.log/{}\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "0f".repeat(16)
    );
    assert_eq!(head.cosigned_text(1_679_315_147), expected);
}
