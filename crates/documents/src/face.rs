//! The faces of the machine that stand in for those of the standard.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use ttf_parser::name_id::FAMILY;

use crate::sheet::Role;

/// Where faces are looked for if nobody says.
const FOLDERS: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

/// Where there are faces in folders of folders.
const DEEPEST: u32 = 6;

/// Names of files for each role, the standard's own face first. Only what can be told by its file's name is opened: a
/// machine may have thousands.
fn wanted(role: Role) -> &'static [&'static str] {
    match role {
        Role::Title => &[
            "方正小标宋简体",
            "fzxbsjw",
            "fzxiaobiaosong",
            "fandolsong-bold",
            "sourcehanserifsc-bold",
            "sourcehanserif-bold",
            "notoserifsc-bold",
            "notoserifcjksc-bold",
            "notoserifcjk-bold",
        ],
        Role::Black => &[
            "simhei",
            "黑体",
            "fandolhei-bold",
            "sourcehansanssc-bold",
            "sourcehansans-bold",
            "notosanssc-bold",
            "notosanscjksc-bold",
            "notosanscjk-bold",
        ],
        Role::Regular => &[
            "楷体_gb2312",
            "kaiti_gb2312",
            "simkai",
            "楷体",
            "fandolkai-regular",
            "lxgwwenkai-regular",
            "ukai",
        ],
        Role::Body => &[
            "仿宋_gb2312",
            "fangsong_gb2312",
            "simfang",
            "仿宋",
            "fandolfang-regular",
            "zhuquefangsong-regular",
        ],
        Role::Strong => &[],
        Role::Folio => &[
            "simsun",
            "宋体",
            "fandolsong-regular",
            "sourcehanserifsc-regular",
            "sourcehanserif-regular",
            "notoserifsc-regular",
            "notoserifcjksc-regular",
            "notoserifcjk-regular",
        ],
    }
}

/// Where a role takes its face from if it has none of its own.
fn instead(role: Role) -> &'static [Role] {
    match role {
        Role::Title | Role::Strong => &[Role::Title, Role::Black, Role::Folio],
        Role::Black => &[Role::Title, Role::Folio],
        Role::Regular => &[Role::Title, Role::Folio, Role::Black],
        Role::Body => &[Role::Folio, Role::Black, Role::Title],
        Role::Folio => &[Role::Body, Role::Black, Role::Title],
    }
}

pub(crate) struct Face {
    pub name: String,
    pub data: Vec<u8>,
    pub index: u32,
}

impl Face {
    pub(crate) fn parsed(&self) -> Option<ttf_parser::Face<'_>> {
        ttf_parser::Face::parse(&self.data, self.index).ok()
    }
}

/// The faces in which documents are set. 字体
pub struct Faces {
    faces: Vec<Face>,
    roles: BTreeMap<Role, usize>,
}

/// No face for Chinese was found. 没有找到中文字体
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFaces {
    pub folders: Vec<PathBuf>,
}

impl fmt::Display for NoFaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folders: Vec<String> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
        write!(f, "在{}没有找到中文字体，做不了PDF", folders.join("、"))
    }
}

impl std::error::Error for NoFaces {}

impl Faces {
    /// Faces of a folder and the folders in it; without one, those where systems keep theirs.
    ///
    /// # Errors
    /// None of the files known by name is there.
    pub fn find(folder: Option<&Path>) -> Result<Self, NoFaces> {
        let folders = match folder {
            Some(folder) => vec![folder.to_owned()],
            None => FOLDERS.iter().map(PathBuf::from).collect(),
        };
        let mut files = BTreeMap::new();
        for folder in &folders {
            listed(folder, 0, &mut files);
        }
        let mut made = Self { faces: Vec::new(), roles: BTreeMap::new() };
        for role in Role::ALL {
            let found = wanted(role).iter().filter_map(|name| files.get(*name));
            if let Some(face) = found.filter_map(|path| opened(path)).next() {
                made.roles.insert(role, made.faces.len());
                made.faces.push(face);
            }
        }
        let own = made.roles.clone();
        for role in Role::ALL {
            let other = instead(role).iter().find_map(|other| own.get(other)).copied();
            if let Some(other) = other.filter(|_| !own.contains_key(&role)) {
                made.roles.insert(role, other);
            }
        }
        if made.faces.is_empty() { Err(NoFaces { folders }) } else { Ok(made) }
    }

    /// What is set in another face than the standard's, in words.
    #[must_use]
    pub fn substitutes(&self) -> Vec<String> {
        let one = |role: &Role| {
            let face = self.roles.get(role).and_then(|at| self.faces.get(*at))?;
            (!is_own(*role, &face.name)).then(|| format!("{}以{}代替", role.label(), face.name))
        };
        Role::ALL.iter().filter_map(one).collect()
    }

    pub(crate) fn of(&self, role: Role) -> usize {
        self.roles.get(&role).copied().unwrap_or(0)
    }

    pub(crate) fn face(&self, at: usize) -> Option<&Face> {
        self.faces.get(at)
    }

    pub(crate) fn measure(&self) -> Measure<'_> {
        let fonts = self.faces.iter().map(Face::parsed).collect();
        Measure { faces: self, fonts, known: BTreeMap::new(), missing: String::new() }
    }

    pub(crate) fn count(&self) -> usize {
        self.faces.len()
    }
}

/// Whether a face is the one of the standard.
fn is_own(role: Role, name: &str) -> bool {
    let own = match role {
        Role::Title => "小标宋",
        Role::Black => "黑体",
        Role::Regular => "楷体",
        Role::Body | Role::Strong => "仿宋",
        Role::Folio => "宋体",
    };
    let latin = match role {
        Role::Title => "FZXiaoBiaoSong",
        Role::Black => "SimHei",
        Role::Regular => "KaiTi",
        Role::Body | Role::Strong => "FangSong",
        Role::Folio => "SimSun",
    };
    !name.starts_with("Fandol") && (name.contains(own) || name.starts_with(latin))
}

fn listed(folder: &Path, depth: u32, made: &mut BTreeMap<String, PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && depth < DEEPEST {
            listed(&path, depth + 1, made);
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
        if matches!(ending.as_str(), "ttf" | "otf" | "ttc" | "otc") {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("").to_lowercase();
            made.entry(stem).or_insert(path);
        }
    }
}

/// A face of a file; of a collection the one for the mainland.
fn opened(path: &Path) -> Option<Face> {
    let data = fs::read(path).ok()?;
    let count = ttf_parser::fonts_in_collection(&data).unwrap_or(1);
    let name = |index: u32| -> String {
        let Ok(face) = ttf_parser::Face::parse(&data, index) else { return String::new() };
        let names = face.names().into_iter().filter(|name| name.name_id == FAMILY && name.is_unicode());
        let all: Vec<String> = names.filter_map(|name| name.to_string()).collect();
        all.iter().find(|name| name.is_ascii()).or(all.first()).cloned().unwrap_or_default()
    };
    let names: Vec<String> = (0..count).map(name).collect();
    let at = names.iter().position(|name| name.contains(" SC")).unwrap_or(0);
    let name = names.get(at).filter(|name| !name.is_empty())?.clone();
    let index = u32::try_from(at).ok()?;
    Some(Face { name, data, index })
}

/// Widths of characters, and who has them.
pub(crate) struct Measure<'a> {
    faces: &'a Faces,
    fonts: Vec<Option<ttf_parser::Face<'a>>>,
    known: BTreeMap<(usize, char), (usize, u16, i32)>,
    /// Characters that no face has.
    pub missing: String,
}

impl Measure<'_> {
    /// The face that has a character, its glyph and its width in thousandths of the size.
    pub(crate) fn glyph(&mut self, role: Role, character: char) -> (usize, u16, i32) {
        let first = self.faces.of(role);
        if let Some(known) = self.known.get(&(first, character)) {
            return *known;
        }
        let others = (0..self.fonts.len()).filter(|at| *at != first);
        let mut found = std::iter::once(first).chain(others).filter_map(|at| self.of_face(at, character));
        let made = found.next().unwrap_or((first, 0, 1000));
        drop(found);
        if made.1 == 0 && !self.missing.contains(character) {
            self.missing.push(character);
        }
        self.known.insert((first, character), made);
        made
    }

    fn of_face(&self, at: usize, character: char) -> Option<(usize, u16, i32)> {
        let font = self.fonts.get(at)?.as_ref()?;
        let glyph = font.glyph_index(character)?;
        let advance = i32::from(font.glyph_hor_advance(glyph)?);
        Some((at, glyph.0, advance * 1000 / i32::from(font.units_per_em()).max(1)))
    }
}
