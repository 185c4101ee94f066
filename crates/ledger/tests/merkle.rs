//! The tree against RFC 9162: the published vectors with SHA-256, the definition itself with SM3.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use ledger::{
    Frontier, Hash, HashFunction, Sm3, Tree, consistency_ranges, inclusion_ranges, subtree_hash,
    verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::Digest as _;

struct Sha256;

impl HashFunction for Sha256 {
    fn digest(parts: &[&[u8]]) -> Hash {
        let mut state = sha2::Sha256::new();
        parts.iter().for_each(|part| state.update(part));
        Hash(state.finalize().into())
    }
}

/// The eight entries and the roots over the first of them that Certificate Transparency's own
/// implementations are tested with (RFC 6962; the tree is the same in RFC 9162).
const ENTRIES: [&[u8]; 8] = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const N12: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const N23: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const L1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const L4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const N67: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const N45: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|it| Hash::parse(it).unwrap()).collect()
}

fn published() -> Tree<Sha256> {
    let mut tree = Tree::new();
    ENTRIES.iter().for_each(|entry| tree.append(entry));
    tree
}

#[test]
fn the_roots_are_the_published_ones() {
    let mut tree = Tree::<Sha256>::default();
    let mut frontier = Frontier::<Sha256>::default();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!((tree.size(), frontier.size()), (size, number(size)));
        assert_eq!(tree.root().hex(), *root);
        assert_eq!(frontier.root().hex(), *root);
        if let Some(entry) = ENTRIES.get(size) {
            tree.append(entry);
            frontier.append(entry);
        }
    }
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(tree.root_at(size).unwrap().hex(), *root);
    }
    assert_eq!(tree.root_at(9), None);
}

#[test]
fn the_inclusion_proofs_are_the_published_ones() {
    let tree = published();
    assert_eq!(tree.inclusion_proof(0, 1).unwrap(), []);
    assert_eq!(tree.inclusion_proof(0, 8).unwrap(), hashes(&[L1, N12, N23]));
    assert_eq!(tree.inclusion_proof(5, 8).unwrap(), hashes(&[L4, N67, ROOTS[4]]));
    assert_eq!(tree.inclusion_proof(2, 3).unwrap(), hashes(&[ROOTS[2]]));
    assert_eq!(tree.inclusion_proof(1, 5).unwrap(), hashes(&[ROOTS[1], N12, L4]));
    assert_eq!(tree.inclusion_proof(8, 8), None);
    assert_eq!(tree.inclusion_proof(0, 9), None);
}

#[test]
fn the_consistency_proofs_are_the_published_ones() {
    let tree = published();
    assert_eq!(tree.consistency_proof(1, 1).unwrap(), []);
    assert_eq!(tree.consistency_proof(1, 8).unwrap(), hashes(&[L1, N12, N23]));
    assert_eq!(tree.consistency_proof(6, 8).unwrap(), hashes(&[N45, N67, ROOTS[4]]));
    assert_eq!(tree.consistency_proof(2, 5).unwrap(), hashes(&[N12, L4]));
    assert_eq!(tree.consistency_proof(5, 4), None);
    assert_eq!(tree.consistency_proof(4, 9), None);
}

/// `MTH` as RFC 9162 section 2.1.1 defines it.
fn by_definition(entries: &[Vec<u8>]) -> Hash {
    match entries {
        [] => Sm3::digest(&[]),
        [one] => Sm3::digest(&[&[0], one]),
        more => {
            let mut middle = 1;
            while middle * 2 < more.len() {
                middle *= 2;
            }
            let (left, right) = (by_definition(&more[..middle]), by_definition(&more[middle..]));
            Sm3::digest(&[&[1], left.as_bytes(), right.as_bytes()])
        }
    }
}

/// `PATH` as RFC 9162 section 2.1.3.1 defines it.
fn path_by_definition(index: usize, entries: &[Vec<u8>]) -> Vec<Hash> {
    if entries.len() == 1 {
        return Vec::new();
    }
    let mut middle = 1;
    while middle * 2 < entries.len() {
        middle *= 2;
    }
    let (left, right) = entries.split_at(middle);
    let (mut path, sibling) = if index < middle {
        (path_by_definition(index, left), by_definition(right))
    } else {
        (path_by_definition(index - middle, right), by_definition(left))
    };
    path.push(sibling);
    path
}

/// `SUBPROOF` as RFC 9162 section 2.1.4.1 defines it.
fn subproof_by_definition(old: usize, entries: &[Vec<u8>], known: bool) -> Vec<Hash> {
    if old == entries.len() {
        return if known { Vec::new() } else { vec![by_definition(entries)] };
    }
    let mut middle = 1;
    while middle * 2 < entries.len() {
        middle *= 2;
    }
    let (left, right) = entries.split_at(middle);
    let (mut proof, sibling) = if old <= middle {
        (subproof_by_definition(old, left, known), by_definition(right))
    } else {
        (subproof_by_definition(old - middle, right, false), by_definition(left))
    };
    proof.push(sibling);
    proof
}

fn grown(entries: &[Vec<u8>]) -> Tree {
    let mut tree = Tree::new();
    entries.iter().for_each(|entry| tree.append(entry));
    tree
}

fn number(size: usize) -> u64 {
    u64::try_from(size).unwrap()
}

#[test]
fn every_proof_of_every_small_tree_holds_and_no_other() {
    let entries: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n; usize::from(n)]).collect();
    let tree = grown(&entries);
    for size in 1..=entries.len() {
        let root = tree.root_at(size).unwrap();
        assert_eq!(root, by_definition(&entries[..size]));
        for index in 0..size {
            let proof = tree.inclusion_proof(index, size).unwrap();
            assert_eq!(proof, path_by_definition(index, &entries[..size]));
            let holds = |entry: &[u8], index: usize, proof: &[Hash], root: &Hash| {
                verify_inclusion::<Sm3>(entry, number(index), number(size), proof, root)
            };
            assert!(holds(&entries[index], index, &proof, &root));
            assert!(!holds(b"other", index, &proof, &root));
            assert!(!holds(&entries[index], (index + 1) % size, &proof, &root) || size == 1);
            assert!(!holds(&entries[index], size, &proof, &root));
            assert!(!holds(&entries[index], index, &[proof.as_slice(), &[root]].concat(), &root));
            if let Some((_, shorter)) = proof.split_last() {
                assert!(!holds(&entries[index], index, shorter, &root));
            }
        }
    }
}

#[test]
fn every_growth_of_every_small_tree_holds_and_no_other() {
    let entries: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n]).collect();
    let tree = grown(&entries);
    let other = Sm3::digest(&[b"other"]);
    for new in 0..=entries.len() {
        let new_root = tree.root_at(new).unwrap();
        for old in 0..=new {
            let old_root = tree.root_at(old).unwrap();
            let proof = tree.consistency_proof(old, new).unwrap();
            if old > 0 {
                assert_eq!(proof, subproof_by_definition(old, &entries[..new], true));
            }
            let holds = |proof: &[Hash], old_root: &Hash, new_root: &Hash| {
                verify_consistency::<Sm3>(number(old), number(new), proof, old_root, new_root)
            };
            assert!(holds(&proof, &old_root, &new_root), "{old} {new}");
            assert!(!holds(&proof, &other, &new_root));
            assert!(!holds(&proof, &old_root, &other) || old == 0);
            assert!(!holds(&[proof.as_slice(), &[other]].concat(), &old_root, &new_root));
            if let Some((_, shorter)) = proof.split_last() {
                assert!(!holds(shorter, &old_root, &new_root));
            }
            assert!(!verify_consistency::<Sm3>(number(new) + 1, number(new), &proof, &old_root, &new_root));
        }
    }
}

proptest! {
    #[test]
    fn a_changed_proof_never_holds(
        entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..5), 2..200),
        at in any::<prop::sample::Index>(),
        step in any::<prop::sample::Index>(),
        bit in 0..256_usize,
    ) {
        let tree = grown(&entries);
        let (index, size, root) = (at.index(entries.len()), entries.len(), tree.root());
        prop_assert_eq!(root, by_definition(&entries));
        let mut frontier = Frontier::<Sm3>::new();
        entries.iter().for_each(|entry| frontier.append(entry));
        prop_assert_eq!(frontier.root(), root);
        let mut proof = tree.inclusion_proof(index, size).unwrap();
        prop_assert!(verify_inclusion::<Sm3>(&entries[index], number(index), number(size), &proof, &root));
        let step = step.index(proof.len());
        proof[step].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!verify_inclusion::<Sm3>(&entries[index], number(index), number(size), &proof, &root));
    }
}

/// Whoever keeps the complete subtrees by level gets the same roots and proofs as the tree.
#[test]
fn complete_subtrees_by_level_are_enough() {
    let entries: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n]).collect();
    let tree = grown(&entries);
    let mut kept = |level: u32, at: u64| -> Result<Hash, ()> {
        let from = usize::try_from(at << level).unwrap();
        Ok(by_definition(&entries[from..from + (1 << level)]))
    };
    for size in 1..=entries.len() {
        let root = subtree_hash(0..number(size), &mut kept).unwrap();
        assert_eq!(Some(root), tree.root_at(size));
        for other in [1, size / 2, size - 1, size] {
            let ranges = consistency_ranges(number(other), number(size)).unwrap();
            let proof: Result<Vec<Hash>, ()> =
                ranges.into_iter().map(|it| subtree_hash(it, &mut kept)).collect();
            assert_eq!(proof.ok(), tree.consistency_proof(other, size));
        }
        for index in [0, size / 2, size - 1] {
            let ranges = inclusion_ranges(number(index), number(size)).unwrap();
            let proof: Result<Vec<Hash>, ()> =
                ranges.into_iter().map(|it| subtree_hash(it, &mut kept)).collect();
            assert_eq!(proof.ok(), tree.inclusion_proof(index, size));
        }
    }
}
