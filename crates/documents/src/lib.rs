//! Official documents in the layout of GB/T 9704-2012, from one model: DOCX, PDF and a page of HTML.
//!
//! The numbers of the standard stand in [`sheet`] alone. A DOCX names the faces that the standard asks for; a PDF embeds what is
//! found on the machine in their place and says so. The same document gives the same bytes.

mod docx;
mod face;
mod heading;
mod html;
mod layout;
mod lines;
mod model;
mod page;
mod pdf;
pub mod sheet;
mod table;

pub use docx::to_docx;
pub use face::{Faces, NoFaces};
pub use heading::{HeadCell, head_rows};
pub use html::to_html;
pub use model::{Annex, Block, Column, Document, Head, Inline, Row, Signed, Table, Target};
pub use pdf::{Made, NotMade, to_pdf};
