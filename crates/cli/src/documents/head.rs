//! A folder of documents: `documents.tsv` says what each is, and each file is its text.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base::Diagnostic;
use calendar::Day;
use citations::{Document, State};

use crate::audit;
use crate::output;
use crate::tsv::{Row, Table, read_text};

/// The table beside the texts.
const HEAD: &str = "documents.tsv";
/// Endings of files that are read.
const ENDINGS: [&str; 7] = ["txt", "md", "markdown", "html", "htm", "docx", "pdf"];
/// The number of a document without a row is looked for in so many of its first lines.
const FIRST_LINES: usize = 12;

/// All documents of a folder, by their files' names, and what was wrong with some.
pub fn read(folder: &Path) -> Result<(Vec<Document>, Vec<Diagnostic>), Diagnostic> {
    let mut files = Vec::new();
    list(folder, folder, &mut files)?;
    files.sort();
    let mut faults = Vec::new();
    let mut heads = match folder.join(HEAD) {
        path if path.exists() => heads(&path, &mut faults)?,
        _ => BTreeMap::new(),
    };
    let mut documents = Vec::new();
    for (id, path) in files {
        match audit::read(&path) {
            Ok(reading) => {
                let text = reading.text.source().to_owned();
                let head = heads.remove(&id).unwrap_or_else(|| without_row(&id, &text));
                documents.push(Document { id, text, ..head });
            }
            Err(found) => {
                heads.remove(&id);
                faults.extend(found);
            }
        }
    }
    faults.extend(heads.into_keys().map(|id| {
        let message = format!("{HEAD}里写了“{id}”，文件夹里没有这个文件");
        Diagnostic::error("no_such_file", message)
            .help("核对file一列；写文件名，在下级文件夹里的连同文件夹。")
    }));
    if documents.is_empty() && faults.is_empty() {
        let message = format!("{}里没有可以读的文件", folder.display());
        let help = format!("可以读的是{}。", ENDINGS.join("、"));
        return Err(Diagnostic::error("no_documents", message).help(help));
    }
    Ok((documents, faults))
}

/// The files under a folder: their names from the folder on, and their paths.
fn list(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<(), Diagnostic> {
    let wrong = |fault: &std::io::Error| {
        let message = format!("读不了{}：{}", folder.display(), output::why(fault));
        Diagnostic::error("unreadable", message).help("核对路径和权限。")
    };
    for entry in fs::read_dir(folder).map_err(|fault| wrong(&fault))? {
        let path = entry.map_err(|fault| wrong(&fault))?.path();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        if path.is_dir() {
            list(root, &path, files)?;
        } else if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, path));
        }
    }
    Ok(())
}

/// What the table says, by file; rows that are wrong are told and left out.
fn heads(path: &Path, faults: &mut Vec<Diagnostic>) -> Result<BTreeMap<String, Document>, Diagnostic> {
    let text = read_text(path)?;
    let table = Table::read(&text)?;
    let mut made = BTreeMap::new();
    let needed = table.need(&["file", "title"])?;
    let columns = Columns {
        file: needed.first().copied(),
        title: needed.get(1).copied(),
        number: table.column("number"),
        organ: table.column("organ"),
        from: table.column("from"),
        until: table.column("until"),
        state: table.column("state"),
    };
    for row in table.rows() {
        match columns.document(&row) {
            Ok(document) if made.contains_key(&document.id) => {
                faults.push(at(row.line, &format!("文件“{}”写了两次", document.id)));
            }
            Ok(document) => drop(made.insert(document.id.clone(), document)),
            Err(fault) => faults.push(fault),
        }
    }
    Ok(made)
}

fn at(line: usize, message: &str) -> Diagnostic {
    Diagnostic::error("bad_row", format!("{HEAD}第{line}行：{message}"))
}

struct Columns {
    file: Option<usize>,
    title: Option<usize>,
    number: Option<usize>,
    organ: Option<usize>,
    from: Option<usize>,
    until: Option<usize>,
    state: Option<usize>,
}

impl Columns {
    fn document(&self, row: &Row<'_>) -> Result<Document, Diagnostic> {
        let day = |column| match row.cell(column) {
            "" => Ok(None),
            text => Day::parse(text).map(Some).map_err(|fault| at(row.line, &fault.message)),
        };
        let state = match row.cell(self.state) {
            "" => State::InForce,
            word => State::read(word)
                .ok_or_else(|| at(row.line, &format!("效力“{word}”不认识，写有效、废止或者失效")))?,
        };
        let (file, title) = (row.cell(self.file), row.cell(self.title));
        if file.is_empty() || title.is_empty() {
            return Err(at(row.line, "file和title都要写"));
        }
        let number = Some(row.cell(self.number)).filter(|number| !number.is_empty());
        Ok(Document {
            id: file.to_owned(),
            number: number.map(str::to_owned),
            title: title.to_owned(),
            organ: row.cell(self.organ).to_owned(),
            from: day(self.from)?,
            until: day(self.until)?,
            state,
            text: String::new(),
        })
    }
}

/// A document without a row: its title is the file's name, its number the first line that is one.
fn without_row(id: &str, text: &str) -> Document {
    let name = id.rsplit('/').next().unwrap_or(id);
    let title = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let lines = text.lines().take(FIRST_LINES).map(str::trim);
    let number =
        lines.filter_map(|line| codes::document::check(line).ok()).map(|number| number.to_string()).next();
    Document { id: id.to_owned(), number, title, ..Document::default() }
}
