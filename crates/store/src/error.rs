//! What can go wrong in the store, in the words that users see.

use std::fmt;
use std::path::{Path, PathBuf};

use base::Diagnostic;

/// What the store could not do. 存储问题
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The database was written by a newer program.
    NewerVersion { found: i64, known: i64 },
    /// The database was written by an older program, and this opening may not change it.
    OlderVersion { found: i64, known: i64 },
    /// The file is a database of something else.
    NotOurs { path: PathBuf },
    /// There is no database, and this opening may not make one.
    Absent { path: PathBuf },
    /// Another process writes to the same data.
    InUse { path: PathBuf },
    /// Nothing could be written: the disk is full, gone or read-only.
    Unwritable { detail: String },
    /// A file or the database could not be read or is damaged.
    Unreadable { detail: String },
    /// A store that is to be filled has something in it.
    NotEmpty { place: String },
    /// A store whose filling broke off.
    Unfinished { place: String },
    /// What was to be unique exists already. `what` is `table.column` as the database names it.
    Conflict { what: String },
    /// The key of a command was used before for something else.
    KeyReused { key: String },
    /// The case is not there.
    NoCase { case: String },
    /// An attachment was refused; the text says why and what to do.
    FileRefused { why: String },
    /// The database cannot be reached.
    Unreachable { detail: String },
    /// The address of the database says what cannot be; the text says what.
    WrongAddress { why: String },
    /// Database and program do not know each other by their certificates; the text says why and what to do.
    NotTrusted { why: String },
    /// Others were in the way for too long.
    Busy { detail: String },
    /// The connection or the disk failed at the very end: whether it was saved is not known.
    Unsure { detail: String },
    /// A text has a null character.
    NullCharacter,
    /// The keys of personal data are not there, or are those of other data.
    PersonalKey { why: String },
    /// The work broke off by a mistake of the program.
    Panicked,
    /// The store is being closed.
    Closed,
    /// The store was opened for reading.
    ReadOnly,
    /// A mistake of the program: a statement that the database did not accept.
    Internal { detail: String },
}

/// The result of everything in the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// A stable identifier of the kind.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NewerVersion { .. } => "store_newer_version",
            Self::OlderVersion { .. } => "store_older_version",
            Self::NotOurs { .. } => "store_not_ours",
            Self::Absent { .. } => "store_absent",
            Self::InUse { .. } => "store_in_use",
            Self::Unwritable { .. } => "store_unwritable",
            Self::Unreadable { .. } => "store_unreadable",
            Self::NotEmpty { .. } => "store_not_empty",
            Self::Unfinished { .. } => "store_unfinished",
            Self::Conflict { .. } => "store_conflict",
            Self::KeyReused { .. } => "store_key_reused",
            Self::NoCase { .. } => "store_no_case",
            Self::FileRefused { .. } => "store_file_refused",
            Self::Unreachable { .. } => "store_unreachable",
            Self::WrongAddress { .. } => "store_wrong_address",
            Self::NotTrusted { .. } => "store_not_trusted",
            Self::Busy { .. } => "store_busy",
            Self::Unsure { .. } => "store_unsure",
            Self::NullCharacter => "store_null_character",
            Self::PersonalKey { .. } => "store_personal_key",
            Self::Panicked => "store_panicked",
            Self::Closed => "store_closed",
            Self::ReadOnly => "store_read_only",
            Self::Internal { .. } => "store_internal",
        }
    }

    /// What happened and what to do now.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.code(), self.message()).help(self.help())
    }

    /// Whether it is the machine's trouble and not that of a statement.
    pub(crate) fn is_of_the_machine(&self) -> bool {
        matches!(
            self,
            Self::Unwritable { .. }
                | Self::Unreadable { .. }
                | Self::Unreachable { .. }
                | Self::NotTrusted { .. }
                | Self::Busy { .. }
        )
    }

    pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unwritable { detail: format!("{}：{error}", path.display()) }
    }

    pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { detail: format!("{}：{error}", path.display()) }
    }

    fn message(&self) -> String {
        match self {
            Self::NewerVersion { found, known } => {
                format!(
                    "数据由更新版本的程序写成（数据版本 {found}，本程序只认到 {known}），没有打开，数据未作任何改动"
                )
            }
            Self::OlderVersion { found, known } => {
                format!("数据还是旧版本（数据版本 {found}，本程序为 {known}），只读方式不能升级，没有打开")
            }
            Self::NotOurs { path } => {
                format!("{} 不是本平台的数据库，没有打开，文件未作任何改动", path.display())
            }
            Self::Absent { path } => format!("{} 中没有本平台的数据", path.display()),
            Self::InUse { path } => {
                format!("{} 正由另一个程序写入，同一份数据同时只能有一个程序办理业务", path.display())
            }
            Self::Unwritable { detail } => {
                format!("磁盘已满或无法写入，本次办理没有保存，已有数据完好（{detail}）")
            }
            Self::Unreadable { detail } => format!("数据无法读取，可能已经损坏（{detail}）"),
            Self::NotEmpty { place } => format!("{place} 中已经有数据，没有写入，已有数据未作任何改动"),
            Self::Unfinished { place } => format!("{place} 中的数据上次没有搬移完，不能使用"),
            Self::Conflict { what } => format!("已有相同的记录，本次办理没有保存（{what}）"),
            Self::KeyReused { key } => {
                format!("请求编号 {key} 已经用于另一次办理，内容与本次不同，本次没有办理")
            }
            Self::NoCase { case } => format!("没有编号为 {case} 的案件"),
            Self::FileRefused { why } => format!("附件没有收下：{why}"),
            Self::WrongAddress { why } => format!("数据库的地址不能用：{why}"),
            Self::NotTrusted { why } => format!("没有连接数据库：{why}"),
            Self::Unreachable { detail } => format!("连不上数据库（{detail}）"),
            Self::Busy { detail } => format!("同时办理的太多，本次没有保存（{detail}）"),
            Self::Unsure { detail } => {
                format!("保存的最后一刻磁盘或者与数据库的连接出了故障，是否已经保存还不能确定（{detail}）")
            }
            Self::NullCharacter => "文字中有不能保存的字符（空字符），本次办理没有保存".to_owned(),
            Self::PersonalKey { why } => format!("个人信息的密钥用不了：{why}"),
            Self::Panicked => "程序内部出错，本次办理没有保存，其他办理不受影响".to_owned(),
            Self::Closed => "系统正在停止服务，本次办理没有保存".to_owned(),
            Self::ReadOnly => "数据以只读方式打开，不能办理业务".to_owned(),
            Self::Internal { detail } => format!("程序与数据库不相符，本次没有完成（{detail}）"),
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::NewerVersion { .. } => "请换用写成这份数据的版本或更新的程序",
            Self::OlderVersion { .. } => "请先用本程序正常启动一次服务，由它升级数据",
            Self::NotOurs { .. } | Self::Absent { .. } => "请核对数据目录",
            Self::InUse { .. } => "请先停止另一个程序，或者改用另一个数据目录",
            Self::Unwritable { .. } => {
                "请清理磁盘空间（数据在 PostgreSQL 中的，是数据库那台机器的磁盘）、检查磁盘和目录权限，然后重新提交"
            }
            Self::Unreadable { .. } => "请停止服务，核对磁盘，必要时从最近的备份恢复",
            Self::NotEmpty { .. } => "请另指一个空的文件夹或数据库",
            Self::Unfinished { .. } => "请清空后重新搬移；原来的数据没有改动",
            Self::Conflict { .. } => "请核对后再提交",
            Self::KeyReused { .. } => "请刷新页面后重新提交",
            Self::NoCase { .. } => "请核对案件编号",
            Self::FileRefused { .. } => "请按要求准备附件后重新上传",
            Self::NullCharacter => "请删去这个字符后重新提交",
            Self::PersonalKey { .. } => {
                "请把保管的密钥文件 personal-key 放回数据文件夹，或者用 --keys 指明；确实丢失的，见运行手册“个人信息的密钥”"
            }
            Self::Panicked | Self::Internal { .. } => "请把这条提示和时间告诉系统管理员",
            Self::WrongAddress { .. } => "请改正后再试，地址的写法见 docs/operations.md",
            Self::NotTrusted { .. } => "请由管理员处理，设置方法见 docs/operations.md",
            Self::Unreachable { .. } => "请核对数据库的地址和账号，确认数据库正在运行，然后重新提交",
            Self::Unsure { .. } => "请稍后先查看是否已经办成；原样重新提交也只办一次",
            Self::Closed | Self::Busy { .. } => "请稍后重新提交",
            Self::ReadOnly => "请在正式启动的服务中办理",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}。{}", self.message(), self.help())
    }
}

impl std::error::Error for StoreError {}
