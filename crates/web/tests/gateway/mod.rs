//! A gateway of text messages that is a thread of the test, and the work of the server that makes and sends them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what sets the stage may stop the show")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::{Channels, MESSAGES_LEASE};
use store::lease::Lease;

use crate::browse::Site;

/// Makes all messages there are to be made and sends what is due.
pub fn work(site: &Site) {
    site.with(|platform| {
        let lease = Arc::new(Lease::new(MESSAGES_LEASE, Duration::from_secs(30)).unwrap());
        assert!(lease.hold(platform.store()).unwrap());
        while platform.tell_round(&lease).unwrap().more {}
        for channel in &platform.channels().list {
            platform.push_round(channel, &lease, &|| true).unwrap();
        }
        lease.give_back(platform.store()).unwrap();
    });
}

/// A gateway of text messages that keeps the bodies that it gets.
pub fn gateway() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sms", listener.local_addr().unwrap());
    let got: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut out = stream.try_clone().unwrap();
            let mut input = BufReader::new(stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                if input.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            input.read_exact(&mut body).unwrap();
            kept.lock().unwrap().push(String::from_utf8(body).unwrap());
            drop(out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        }
    });
    (url, got)
}

pub fn use_gateway(site: &Site, url: &str) {
    let folder = std::env::temp_dir().join(format!("yifa-web-messages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("secret"), "0123456789abcdef").unwrap();
    let text = format!(
        "site = \"http://127.0.0.1:8350\"\n[sms]\nurl = \"{url}\"\nsecret_file = \"secret\"\n\
         body = '{{\"to\":\"{{phone}}\",\"say\":\"{{text}}\"}}'\n"
    );
    let path = folder.join("messages.toml");
    std::fs::write(&path, text).unwrap();
    site.platform.use_channels(Channels::read_file(&path).unwrap());
    drop(std::fs::remove_dir_all(folder));
}
