//! The ways with roots from the command line: beside a running server, by a witness, and after a restore.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use crate::demonstration;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A folder, and a server over the data in it, that go away at the end.
struct Site {
    folder: PathBuf,
    server: Option<(Child, String)>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Site {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        Self { folder, server: None }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The exit status and all that was said.
    fn tried(&self, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        let output = command.args(args).current_dir(&self.folder).output().unwrap();
        let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
        (output.status.code().unwrap(), text)
    }

    fn run(&self, args: &[&str]) -> String {
        let (status, text) = self.tried(args);
        assert_eq!(status, 0, "{args:?}: {text}");
        text
    }

    fn serve(&mut self) {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
        command.args(["serve", "--listen", &address]).current_dir(&self.folder);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.server = Some((child, address));
        let began = Instant::now();
        while self.page("/healthz").is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "the server does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn stop(&mut self) {
        if let Some((mut child, _)) = self.server.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    fn page(&self, path: &str) -> Option<String> {
        let (_, address) = self.server.as_ref()?;
        let mut stream = TcpStream::connect(address).ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        text.starts_with("HTTP/1.1 200").then_some(text)
    }

    /// Something more in the journal: a case opened at the counter.
    fn grow(&self) {
        let fields = [
            "applicant=演示申请人",
            "applicant.code=11010519491231002X",
            "applicant_kind=natural_person",
            "contact=13800001234",
            "channel=internet",
            "information=演示信息",
            "form=paper",
            "route=mail",
        ];
        let mut args = vec!["case", "open", "disclosure_request", "--organ", "county", "--as", "gongkai1"];
        fields.iter().for_each(|field| args.extend(["--set", field]));
        self.run(&args);
    }
}

#[test]
fn a_root_is_made_and_witnessed_beside_a_running_server() {
    let mut site = Site::new("beside");
    demonstration::copy(site.path("yifa-data").as_ref());
    site.serve();
    let told = site.run(&["root", "--save", "root.json"]);
    // The server makes its first root itself, at once or when it is asked.
    assert!(told.contains("覆盖事项") && told.contains("根："), "{told}");
    let witness =
        ["witness", "root.json", "--key", "own-key", "--name", "县人大常委会", "--save", "witness.json"];
    let told = site.run(&witness);
    assert!(told.contains("第一次见证") && told.contains("已产生见证密钥"), "{told}");
    let told = site.run(&["root", "--add-witness", "witness.json"]);
    assert!(told.contains("已登记“县人大常委会”"), "{told}");
    let page = site.page("/journal").unwrap();
    assert!(page.contains("见证：县人大常委会"), "{page}");
    fs::write(
        site.path("roots.json"),
        site.page("/journal/roots.json").unwrap().split_once("\r\n\r\n").unwrap().1,
    )
    .unwrap();
    let told = site.run(&["verify", "--receipt", "roots.json"]);
    assert!(told.contains("见证：“县人大常委会”") && told.contains("见证者的签名也都相符"), "{told}");
    let (status, told) = site.tried(&["root", "--add-witness", "root.json"]);
    assert!(status == 2 && told.contains("不是见证者交回的文件"), "{told}");
    // Again, with what was seen before: the same root.
    let again = [&witness[..], &["--previous", "root.json"]].concat();
    assert!(site.run(&again).contains("已核对"));
    fs::write(site.path("kept"), fs::read(site.path("yifa-data/root-key")).unwrap()).unwrap();
    fs::remove_file(site.path("yifa-data/root-key")).unwrap();
    // Nothing to sign: the lost key is not missed yet.
    assert!(site.run(&["root"]).contains("最近的根仍然有效"));
}

#[test]
fn a_restore_announces_the_roots_that_it_lost() {
    let mut site = Site::new("restored");
    demonstration::copy(site.path("yifa-data").as_ref());
    site.run(&["backup", "backup"]);
    site.run(&["root", "--save", "first.json"]);
    // More in the journal than in the backup.
    site.grow();
    site.run(&["root", "--save", "second.json"]);
    let told = site.run(&["restore", "backup", "--note", "磁盘损坏"]);
    assert!(told.contains("备份核验无误") && told.contains("磁盘损坏"), "{told}");
    assert_eq!(told.matches("不再成立").count(), 1, "{told}");
    let told = site.run(&["verify"]);
    assert!(told.contains("已知的丢失") && told.contains("日志完整"), "{told}");
    // The root of the same events still holds, though it was made after the backup.
    site.run(&["verify", "--since", "first.json"]);
    let (status, told) = site.tried(&["verify", "--since", "second.json"]);
    assert!(status == 1 && told.contains("机关已于") && told.contains("磁盘损坏"), "{told}");
    // Entered twice, it is announced once; and beside a running server as well.
    site.serve();
    let told = site.run(&["root", "--lost", "second.json", "--note", "磁盘损坏"]);
    assert!(told.contains("都仍然成立，或者已经公告过"), "{told}");
    let (page, all) = (site.page("/journal").unwrap(), site.page("/journal/roots.json").unwrap());
    assert!(page.contains("已经不再成立的根") && page.contains("磁盘损坏"), "{page}");
    assert!(all.contains("\"lost_at\""), "{all}");
    let path = page.split_once("/journal/lost/").unwrap().1.split_once('"').unwrap().0.to_owned();
    assert!(site.page(&format!("/journal/lost/{path}")).unwrap().contains("磁盘损坏"));
}
