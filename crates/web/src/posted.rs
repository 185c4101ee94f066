//! What a form sent: its texts and files, within limits, and only from a page of this site.

use std::time::Duration;

use app::{FieldFault, Upload};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

use crate::fault::Fault;
use crate::parts;
use crate::visitor::Visitor;

/// The largest file, in bytes.
const LARGEST_FILE: usize = 25 << 20;
/// All that one form may send, in bytes.
pub(crate) const LARGEST_BODY: usize = 64 << 20;
/// The largest text of one field, in bytes.
const LARGEST_TEXT: usize = 1 << 20;
/// How many fields and files a form may have.
const MOST_PARTS: usize = 5000;
/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// How much one file and one text of a form may hold, in bytes; a route that differs says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub file: usize,
    pub text: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { file: LARGEST_FILE, text: LARGEST_TEXT }
    }
}

/// A form that was sent, and that carries what its page gave it. 提交的表单
#[derive(Debug, Default)]
pub(crate) struct Posted {
    texts: Vec<(String, String)>,
    uploads: Vec<Upload>,
    /// Files that were not kept because they are too large: field, name, size in bytes.
    oversize: Vec<(String, String, usize)>,
    bounds: Bounds,
    /// The session ended while the form was filled in: its files are not read.
    lapsed: bool,
}

/// What a form carries beside what was filled in.
const OWN: [&str; 6] = ["csrf", "key", "act", "version", "draft", "kept"];

impl Posted {
    /// What was filled in, as a draft keeps it.
    pub fn written(&self) -> String {
        let texts = self.texts.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
        serde_json::Value::from_iter(texts.map(|(name, text)| serde_json::json!([name, text]))).to_string()
    }

    /// The same again.
    pub fn from_written(text: &str) -> Option<Self> {
        let texts: Vec<(String, String)> = serde_json::from_str(text).ok()?;
        Some(Self { texts, ..Self::default() })
    }

    /// The first text of a name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.texts.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// The files of an input, which the caller takes.
    pub fn take_files(&mut self, name: &str) -> Vec<Upload> {
        let (taken, rest) = std::mem::take(&mut self.uploads).into_iter().partition(|one| one.field == name);
        self.uploads = rest;
        taken
    }

    /// What to say of the files of an input that are too large.
    pub fn too_large(&self, name: &str, field: &str, label: &str) -> Vec<FieldFault> {
        let own = self.oversize.iter().filter(|(input, ..)| input == name);
        let fault = |(_, file, size): &(String, String, usize)| FieldFault {
            field: field.to_owned(),
            name: label.to_owned(),
            message: format!(
                "“{file}”有 {} 兆，超过一个附件的上限 {} 兆；请压缩图片，或者分成几个文件",
                size.div_ceil(1 << 20),
                self.bounds.file >> 20
            ),
        };
        own.map(fault).collect()
    }

    /// The names of the files of an input that are too large.
    pub fn oversize<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.oversize.iter().filter(move |(input, ..)| input == name).map(|(_, file, _)| file.as_str())
    }

    fn is_of(&self, visitor: &Visitor) -> bool {
        visitor.csrf.is_in(self.get("csrf"))
    }

    async fn read_parts(&mut self, mut parts: Multipart, visitor: &Visitor) -> Result<(), Fault> {
        while let Some(part) = parts.next_field().await.map_err(|fault| broken(&fault))? {
            if self.texts.len() + self.uploads.len() + self.oversize.len() >= MOST_PARTS {
                return Err(Fault::of_status(StatusCode::BAD_REQUEST));
            }
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(_) if self.lapsed => {}
                // The forms of this site send their token first: a file of another's is not even read.
                Some(_) if !self.is_of(visitor) => return Err(Fault::forged()),
                Some(file) => self.read_file(name, file, part).await?,
                None => {
                    let text = read_text(part, self.bounds.text).await?;
                    self.texts.push((name, text));
                }
            }
        }
        Ok(())
    }

    async fn read_file(&mut self, field: String, name: String, mut part: Field<'_>) -> Result<(), Fault> {
        let (mut content, mut size) = (Vec::new(), 0_usize);
        while let Some(piece) = part.chunk().await.map_err(|fault| broken(&fault))? {
            size += piece.len();
            if size <= self.bounds.file {
                content.extend_from_slice(&piece);
            } else {
                content = Vec::new();
            }
        }
        if size > self.bounds.file {
            self.oversize.push((field, name, size));
        } else if !(name.is_empty() && size == 0) {
            self.uploads.push(Upload { field, name, content });
        }
        Ok(())
    }
}

async fn read_text(mut part: Field<'_>, largest: usize) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|fault| broken(&fault))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > largest {
            return Err(Fault::too_large(largest));
        }
    }
    String::from_utf8(bytes).map_err(|_| Fault::of_status(StatusCode::BAD_REQUEST))
}

fn broken(fault: &MultipartError) -> Fault {
    match fault.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::too_large(LARGEST_BODY),
        _ => Fault::of_status(StatusCode::BAD_REQUEST),
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let visitor = request.extensions().get::<Visitor>().cloned().ok_or_else(Fault::internal)?;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let bounds = request.extensions().get::<Bounds>().copied().unwrap_or_default();
        let path = request.uri().path().to_owned();
        let gone = visitor.signed_in.is_none() && visitor.waiting.is_none();
        let is_written = path.starts_with("/reports/drafts/") && path.contains("/sections/");
        let lapsed = gone && (path.contains("/acts/") || path.starts_with("/cases/new/") || is_written);
        let mut posted = Self { bounds, lapsed, ..Self::default() };
        if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let parts = Multipart::from_request(request, state).await;
            let parts = parts.map_err(|fault| Fault::of_status(fault.status()))?;
            let read = tokio::time::timeout(PATIENCE, posted.read_parts(parts, &visitor)).await;
            read.map_err(|_| Fault::of_status(StatusCode::REQUEST_TIMEOUT))??;
        } else {
            let read = tokio::time::timeout(PATIENCE, Form::from_request(request, state)).await;
            let read = read.map_err(|_| Fault::of_status(StatusCode::REQUEST_TIMEOUT))?;
            posted.texts = read.map_err(|fault| Fault::of_status(fault.status()))?.0;
            if posted.texts.len() > MOST_PARTS {
                return Err(Fault::of_status(StatusCode::BAD_REQUEST));
            }
        }
        if posted.is_of(&visitor) {
            return Ok(posted);
        }
        if !lapsed {
            return Err(Fault::forged());
        }
        let act = posted.get("act");
        let place = if path.contains("/acts/") { path } else { parts::query(&path, &[("act", act)]) };
        Err(Fault::Lapsed { place, kept: posted.written() })
    }
}
