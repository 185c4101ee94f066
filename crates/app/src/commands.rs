//! What is asked for when somebody acts: opening a case, dealing with it, correcting what was done.

use calendar::Day;

use crate::record::Form;

/// Opens a case. 立案、申请
#[derive(Clone, Debug)]
pub struct Open {
    /// Of the sender's making; the same key is done once.
    pub key: String,
    pub procedure: String,
    /// Id of the organ that is to hold the case.
    pub organ: String,
    pub act: String,
    pub on: Day,
    pub form: Form,
    pub files: Vec<Upload>,
}

/// Does an act in a case. 办理
#[derive(Clone, Debug)]
pub struct Deal {
    pub key: String,
    pub case: String,
    /// The version that the page showed; another one means that somebody acted in between.
    pub version: Option<u32>,
    pub act: String,
    pub on: Day,
    pub form: Form,
    pub files: Vec<Upload>,
}

/// Corrects an event: takes it back, or puts another in its place. 更正
#[derive(Clone, Debug)]
pub struct Correct {
    pub key: String,
    pub case: String,
    pub version: Option<u32>,
    /// The event that was wrong.
    pub number: u32,
    pub reason: String,
    /// What should have been recorded; none takes the event back.
    pub instead: Option<(Day, Form)>,
}

/// A file that belongs to a field of the form. 上传的附件
#[derive(Clone, Debug)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub content: Vec<u8>,
}
