//! Which files are taken in, as what, and under which names.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use crate::common::{Folder, hash};
use proptest::prelude::*;
use store::{MediaType, Options, Store, StoreError, safe_name};

/// A zip of stored, empty entries.
fn zip(names: &[&str]) -> Vec<u8> {
    let (mut entries, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let offset = u32::try_from(entries.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap();
        entries.extend(b"PK\x03\x04");
        entries.extend([0; 22]);
        entries.extend(length.to_le_bytes());
        entries.extend([0; 2]);
        entries.extend(name.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend([0; 24]);
        directory.extend(length.to_le_bytes());
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = u32::try_from(entries.len()).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    let count = u16::try_from(names.len()).unwrap();
    entries.extend(directory);
    entries.extend(b"PK\x05\x06\0\0\0\0");
    entries.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    entries.extend(length.to_le_bytes());
    entries.extend(start.to_le_bytes());
    entries.extend([0; 2]);
    entries
}

#[test]
fn types_are_told_by_content() {
    let taken: [(&[u8], MediaType); 5] = [
        (b"%PDF-1.7\n", MediaType::Pdf),
        (b"\x89PNG\r\n\x1a\n....", MediaType::Png),
        (b"\xff\xd8\xff\xe0....", MediaType::Jpeg),
        ("第一行\r\n\t第二行".as_bytes(), MediaType::Text),
        (b"plain", MediaType::Text),
    ];
    for (content, media_type) in taken {
        assert_eq!(MediaType::of(content), Some(media_type));
    }
    let main = "[Content_Types].xml";
    assert_eq!(MediaType::of(&zip(&[main, "word/document.xml"])), Some(MediaType::Docx));
    assert_eq!(MediaType::of(&zip(&[main, "xl/workbook.xml"])), Some(MediaType::Xlsx));
    assert_eq!(MediaType::of(&zip(&["OFD.xml", "Doc_0/Document.xml"])), Some(MediaType::Ofd));
    let refused = [
        zip(&[main, "word/document.xml", "word/vbaProject.bin"]),
        zip(&["word/document.xml.exe"]),
        zip(&["a.txt"]),
        zip(&["word/document.xml"]).split_last().unwrap().1.to_vec(),
        b"PK\x03\x04 word/document.xml".to_vec(),
        b"MZ\x90\x00".to_vec(),
        b"\x7fELF".to_vec(),
        vec![0xb9, 0xab, 0xce, 0xc4],
        b"text\0with a zero".to_vec(),
        vec![],
    ];
    for content in refused {
        assert_eq!(MediaType::of(&content), None, "{content:?}");
    }
}

#[track_caller]
fn refusal(outcome: Result<store::StoredFile, StoreError>) -> String {
    match outcome {
        Err(error @ StoreError::FileRefused { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn refusals_say_why_and_what_to_do() {
    let folder = Folder::new("refused");
    let options = Options { largest_file: 1 << 20, ..Options::default() };
    let store = Store::open(folder.join("data"), &options).unwrap();
    let text = refusal(store.files().put("a.txt", b""));
    assert!(text.contains("附件没有收下：文件是空的"), "{text}");
    let text = refusal(store.files().put("a.txt", &vec![b'a'; (1 << 20) + 1]));
    assert!(text.contains("文件大小 2 兆，超过上限 1 兆"), "{text}");
    let text = refusal(store.files().put("photo.png", b"MZ\x90\x00"));
    assert!(text.contains("按内容辨认不出") && text.contains("改扩展名不起作用"), "{text}");
    assert!(store.files().put("a.txt", &vec![b'a'; 1 << 20]).is_ok());
}

#[test]
fn contents_are_kept_once_under_their_hash() {
    let folder = Folder::new("contents");
    let store = folder.open();
    let first = store.files().put("甲.txt", b"same").unwrap();
    let second = store.files().put("乙.txt", b"same").unwrap();
    assert_eq!((first.hash, first.size, first.name.as_str()), (hash("same"), 4, "甲.txt"));
    assert_eq!((second.hash, second.name.as_str()), (first.hash, "乙.txt"));
    let hex = first.hash.hex();
    let path = folder.join("data/files").join(&hex[..2]).join(&hex[2..]);
    assert_eq!(store.files().path(&first.hash), path);
    assert_eq!(std::fs::read(&path).unwrap(), b"same");
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside");
    assert!(matches!(store.files().get(&hash("other")), Err(StoreError::Unreadable { .. })));
}

#[test]
fn names_are_made_safe() {
    let name = |given: &str| safe_name(given, MediaType::Pdf);
    assert_eq!(name("决定书.pdf"), "决定书.pdf");
    assert_eq!(name("决定书.PDF"), "决定书.pdf");
    assert_eq!(name("决定书.docx"), "决定书.pdf");
    assert_eq!(name("决定书.exe"), "决定书.exe.pdf");
    assert_eq!(name("../../etc/passwd"), "passwd.pdf");
    assert_eq!(name("C:\\文件\\a b.pdf"), "a b.pdf");
    assert_eq!(name("a\u{202e}fdp.exe"), "afdp.exe.pdf");
    assert_eq!(name("a<b>\"c\"\n.pdf"), "abc.pdf");
    assert_eq!(name("  .. "), "附件.pdf");
    assert_eq!(name(""), "附件.pdf");
    assert_eq!(name(&"长".repeat(500)).chars().count(), 124);
}

proptest! {
    #[test]
    fn no_name_leaves_its_folder(given in ".{0,200}") {
        let name = safe_name(&given, MediaType::Docx);
        prop_assert!(name.ends_with(".docx") && !name.starts_with('.'));
        let reserved = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '"' | '<' | '>' | '|' | '?' | '*');
        prop_assert!(!name.contains(reserved));
        prop_assert_eq!(safe_name(&name, MediaType::Docx), name);
    }

    #[test]
    fn any_content_is_told_without_a_fault(content in prop::collection::vec(any::<u8>(), 0..100), cut in 0..60_usize) {
        let mut broken = zip(&["word/document.xml"]);
        let at = cut % broken.len();
        broken.splice(at..at, content.iter().copied());
        let told = MediaType::of(&[b"PK\x03\x04".as_slice(), &content].concat());
        prop_assert_eq!(told, None);
        prop_assert!(matches!(MediaType::of(&broken), None | Some(MediaType::Docx)));
    }
}
