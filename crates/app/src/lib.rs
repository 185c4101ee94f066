//! Use cases: one function an act of the user. Authority is asked for and the clock enters here.
//!
//! Nothing of HTTP and no SQL. Every command carries a key and is done once; it is decided, journalled and
//! derived in one transaction of the store.

mod accounts;
mod acting;
mod actor;
mod alike;
mod alike_book;
mod as_of;
mod asked;
mod assess;
mod assessing;
mod authority;
mod board;
mod bulk;
mod case;
mod case_bundle;
mod changing;
mod checking;
mod clock;
mod commands;
mod commenting;
mod companions;
mod compare;
mod computed;
mod credit;
mod derive;
mod desk;
mod done;
mod double_publication;
mod draws;
mod engines;
mod enterprises;
mod entry_codes;
mod error;
mod exams;
mod figures_view;
mod file_reviews;
mod filling;
mod finding;
mod followed;
mod ics;
mod ids;
mod jobs;
mod joint_plans;
mod kept_audits;
mod kept_own;
mod key_file;
mod library;
mod library_asked;
mod library_review;
mod library_view;
mod linked_cases;
mod lost_roots;
mod measure_story;
mod messages;
mod notes;
mod older;
mod organ_sheet;
mod organs;
mod own_data;
mod pack_versions;
mod papers;
mod personal_key;
mod persons;
mod picture;
mod plans;
mod platform;
mod portal;
mod prepared;
mod proof_json;
mod proofs;
mod qualification;
mod readings;
pub mod record;
mod references;
mod register_figures;
mod register_page;
mod register_sheet;
mod registers;
mod report;
mod responsibility;
mod revealing;
mod roll;
mod root_key;
mod root_request;
mod roots;
mod search;
mod sending;
mod settings;
mod showing;
mod sign_on;
mod starting;
mod tables;
mod task_sheet;
mod tasks;
mod tasks_entered;
mod tidying;
mod training_hours;
mod verify;
mod view;
mod visible;
mod visits;
mod warnings;
mod weighing;
mod withheld;
mod witness;
mod year_tables;

#[doc(hidden)]
pub use accounts::argon2id_once;
pub use accounts::{
    API_TOKEN_SECONDS, AccountLine, AccountRules, AccountState, ApiCaller, ApiToken, Asked as AccountsAsked,
    Asks, ClientLine, Enrolment, LogAsked, LogLine, LogPage, Need, NewAccount, Origin, Present, Reach,
    ResetDone, ResetLine, ResetWhat, Scope, SecondFactor, SessionLine, SignedIn, StaleSoon, operation_name,
    operations,
};
pub use actor::Actor;
pub use alike::{Alike, AlikeCase, AlikeOf};
pub use asked::{Content, Recorded};
pub use assess::{Assessed, Subject};
pub use assessing::{AssessmentHead, AssessmentPage, AssessmentRound, ProofLine, ScoreLine};
pub use board::{Board, BoardColumn, BoardNumber, BoardRow, is_township};
pub use checking::{FileChecked, Paper};
pub use clock::{Clock, SetClock, SharedClock, SystemClock, day_of, local_instant, local_time};
pub use codes::IdentityKind;
pub use commands::{Correct, Deal, Open, Upload};
pub use commenting::OpenDraft;
pub use compare::{
    CompareAsked, ComparedFigure, ComparedLine, OrganValue, OrgansBeside, OtherReport, PeriodValue,
};
pub use credit::{CreditChange, CreditClass};
pub use desk::{CaseLine, Counted, Desk, DeskFilter, DeskLine};
pub use documents::{HeadCell, head_rows};
pub use done::{Done, Started};
pub use double_publication::{DoublePublication, ExportRow, Timeliness};
pub use draws::draw_commitment;
pub use draws::{
    DrawCheck, DrawFile, DrawInspection, DrawLine, DrawObject, DrawPage, DrawRound, DrawStratum,
};
pub use enterprises::{EnterpriseEntry, EnterpriseFile, PenaltyLine, VisitCount, VisitLine, VisitState};
pub use entry_codes::{EntryCode, EntryOfficer, EntryShown, EntryState};
pub use error::{AppError, FieldFault, Result};
pub use exams::{ExamAnswer, ExamLine, ExamPage, ExamState, Question, QuestionKind, SittingLine};
pub use figures_view::{FigureAsked, FigureLine, FigureRecord, SeenCase, SeenEntry};
pub use file_reviews::{
    FilePage, ItemFound, ItemLine, ItemState, Mark, Outcome as FileOutcome, ReviewCampaign, ReviewLine,
    ScoreAsked,
};
pub use finding::Found;
pub use ics::feed_text;
pub use ids::{Ids, short_hash};
pub use jobs::{JOBS, Job, JobState, Outcome};
pub use joint_plans::words as joint_words;
pub use joint_plans::{
    JointChange, JointEnterprise, JointLeft, JointLine, JointPage, JointPerson, JointRound, JointShare,
    JointVisit,
};
pub use kept_audits::{KeepAudit, KeptAudit};
pub use kept_own::{Draft, Feed, SavedView};
pub use library_asked::{LibraryAsked, Need as ReviewNeed, Standing as DocumentStanding};
pub use library_review::{CampaignLine, ListInto, ReviewPlace, ReviewWay};
pub use library_view::{
    AffectedLine, CitedLine, Fallout, Leads, LibraryDocument, LibraryLaw, LibraryLine, LibraryPage, Supposed,
};
pub use lost_roots::{LostRoot, published_of};
pub use measure_story::{AboutLine, Mention, Trend, TrendYear};
pub use messages::{
    AddressView, Channel, ChannelState, Channels, MESSAGES_FILE, MESSAGES_LEASE, MessageLine,
    MessageSettings, Pushed, Quiet, SendingLine, SendingsAsked, Told, channel_name, state_name,
};
pub use notes::NoteLine;
pub use organs::Organ;
pub use own_data::{OwnCase, OwnData, OwnEntry};
pub use pack_versions::PackVersion;
pub use personal_key::{PERSONAL_KEY, Rotated};
pub use persons::{ErasePerson, PersonErased, PersonFound};
pub use picture::{CarrierLine, MeasureCell, MeasureState, MeasureView, Picture, PlanPart};
pub use plans::{DraftMeasure, DraftPlan, PlanChoice};
pub use platform::{DEMONSTRATION_REDUCED, Platform, hash_of};
pub use portal::{Published, PublishedPage};
pub use proof_json::{PROOF_FORMAT, countersigned_of, published_in, roots_file, trusted_keys};
pub use proofs::{Covered, Proof, ProofFault, ROOT_MINUTES, Receipt, ReceiptEvent};
pub use readings::Read;
pub use record::Form;
pub use register_page::{EntriesAsked, RegisterChange, RegisterPage, RegisterRow};
pub use register_sheet::RegisterSheet;
pub use registers::NewEntry;
pub use report::{
    AnnualReport, AsideText, CellFigure, CellPosted, CellSource, Change, Checked, CommentLine, Conflict,
    DraftFinding, DraftLine, DraftSection, DraftView, EditionLine, Face, FigureChoice, FormCell, FormTable,
    FormTableColumn, FormTableRow, Forms, KnownYear, Paragraph, Piece, PublicFigure, PublicFile, PublicLine,
    PublicPage, PublicPiece, PublicSection, PublicTable, ReportFigure, ReportStep, Saved, Section,
    SectionPage, Stated, TablePosted, TableSheet, TakeReport, TextVersion, Unsealed, VersionsPage, unseal,
};
pub use responsibility::{Responsibility, Responsible, ResponsibleStep};
pub use revealing::REVEAL_REASONS;
pub use root_key::{ROOT_KEY, RootKeys};
pub use root_request::{RootRequest, ask_server};
pub use roots::{Growth, SignedRoot};
pub use search::FoundCases;
pub use sending::{HeldMessage, OUTBOX_LEASE, RECEIVERS_FILE, Receiver, ReceiverState, Round, TOPICS, Waits};
pub use sign_on::{For, PROVIDERS_FILE, Provider, Returned, SignedOn};
pub use tables::Table;
pub use tasks::{TaskBoard, TaskFound, TaskLine, TaskProof};
pub use training_hours::{
    CertificateState, FloorLine, Hours, HoursAsked, HoursPage, NOTE as HOURS_NOTE, OfficerHours, OrganHours,
};
pub use verify::{Verified, sm3_of_each};
pub use view::{
    ActView, BarredView, CaseView, CaseWay, DocumentView, EventView, LinkView, OwedView, PublicView,
};
pub use visible::{CaseFilter, Viewer, Whose};
pub use warnings::{Warning, WarningRule};
pub use weighing::{Advice, AskedFact};
pub use withheld::Withheld;
pub use witness::{Countersigned, Witness, Witnessed, countersign};
pub use year_tables::{ColumnFigure, ColumnPage, FilledTable, TablePage, TableRow, shown as table_value};
