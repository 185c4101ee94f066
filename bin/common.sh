# What bin/run and bin/test share. It is sourced, never run.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
# The oldest Rust that builds this, as Cargo.toml says.
oldest=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$root/Cargo.toml")

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "错误：$1"
  say "  怎么办：$2"
  exit 2
}

# Finds cargo, also where rustup puts it without touching PATH, and looks at its age.
need_rust() {
  if ! command -v cargo >/dev/null 2>&1 && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    export PATH
  fi
  command -v cargo >/dev/null 2>&1 || stop "没有找到 Rust 工具链（cargo）" "按 https://rustup.rs 的说明安装，然后重新运行"
  local own
  own=$(rustc --version 2>/dev/null | sed -n 's/^rustc \([0-9][0-9.]*\).*/\1/p')
  if [ -z "$own" ] || [ "$(printf '%s\n%s\n' "$oldest" "$own" | sort -V | head -n 1)" != "$oldest" ]; then
    stop "Rust ${own:-版本不明}，需要 ${oldest} 及以上" "运行 rustup update stable"
  fi
}

# install WHY PACKAGE…: says what it will install and why, then does; with sudo where it is not root.
install() {
  local why=$1
  shift
  command -v apt-get >/dev/null 2>&1 || stop "缺少：$*（$why）" "这个系统没有 apt，请用自己的方式安装后重新运行"
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || stop "缺少：$*（$why）" "以管理员身份运行：apt-get install $*"
    as=(sudo)
  fi
  say "将用 apt 安装：$*（$why）"
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 </dev/null && return
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update >&2 </dev/null || return
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 </dev/null
}

# SQLite is compiled from its source.
need_compiler() {
  command -v cc >/dev/null 2>&1 && return
  install "编译 SQLite 需要 C 编译器" build-essential || stop "没有装上 build-essential" "检查网络和软件源后重新运行"
}

# The programs of the newest PostgreSQL that is there, 15 or later.
find_postgres() {
  local dir newest=
  for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
    [ -x "$dir/initdb" ] && newest="$newest$dir"$'\n'
  done
  if command -v initdb >/dev/null 2>&1; then
    newest="$newest$(dirname "$(readlink -f "$(command -v initdb)")")"$'\n'
  fi
  newest=$(printf '%s' "$newest" | sort -V | tail -n 1)
  [ -n "$newest" ] && [ "$("$newest/initdb" --version | grep -oE '[0-9]+' | head -n 1)" -ge 15 ] || return 1
  printf '%s\n' "$newest"
}

# A port of this machine at which nobody listens.
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 20000))
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s\n' "$port"
}

# make_certificates FOLDER: an authority for this test alone; a server of the name localhost and a user of the name
# certified, both signed by it; and an authority that signed neither.
make_certificates() {
  (
    cd "$1" || exit 1
    for name in ca other; do
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=yifa test $name" -keyout $name.key -out $name.crt
    done
    for name in localhost certified; do
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout $name.key -out $name.csr
      printf 'subjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\n' $name >$name.ext
      openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile $name.ext -out $name.crt
    done
    chmod 600 localhost.key
  ) >/dev/null 2>&1
}

# start_postgres: a PostgreSQL for tests alone, in a folder of its own; over the network only this machine reaches it, with
# TLS. It refuses to run as root, so root lends it a user that goes away with it. Sets YIFA_TEST_POSTGRES, its address,
# YIFA_TEST_POSTGRES_CTL, a program that takes the arguments of pg_ctl, YIFA_TEST_POSTGRES_DATA and
# YIFA_TEST_POSTGRES_PROGRAMS, and YIFA_TEST_POSTGRES_TLS, the folder with the certificates and the port; the last is missing
# where there is no openssl. Where YIFA_FAULTS_SHIM names a library, the PostgreSQL is started on its failing disk
# (tests/faults/shim.c).
start_postgres() {
  postgres_programs=$(find_postgres) || {
    install "在 PostgreSQL 上测试" postgresql || return 1
    postgres_programs=$(find_postgres) || return 1
  }
  postgres_dir=$(mktemp -d) || return 1
  postgres_user=
  local as=()
  if [ "$(id -u)" -eq 0 ]; then
    postgres_user="yifa-test-$$"
    useradd --system --no-create-home --shell /bin/sh "$postgres_user" || return 1
    chown "$postgres_user" "$postgres_dir"
    as=(runuser -u "$postgres_user" --)
  fi
  (cd / && ${as[@]+"${as[@]}"} "$postgres_programs/initdb" -D "$postgres_dir/data" -U yifa -A trust -E UTF8 --locale=C.UTF-8 >/dev/null) || return 1
  local port listen=
  port=$(free_port)
  mkdir "$postgres_dir/tls"
  if make_certificates "$postgres_dir/tls"; then
    listen=127.0.0.1
    [ -z "$postgres_user" ] || chown -R "$postgres_user" "$postgres_dir/tls" || return 1
    printf '%s\n' "$port" >"$postgres_dir/tls/port"
    sed -i '1i hostssl all certified 127.0.0.1/32 cert\nhostnossl all certified 127.0.0.1/32 reject' "$postgres_dir/data/pg_hba.conf"
    export YIFA_TEST_POSTGRES_TLS="$postgres_dir/tls"
    cat >>"$postgres_dir/data/postgresql.conf" <<END
ssl = on
ssl_ca_file = '$postgres_dir/tls/ca.crt'
ssl_cert_file = '$postgres_dir/tls/localhost.crt'
ssl_key_file = '$postgres_dir/tls/localhost.key'
END
  fi
  cat >>"$postgres_dir/data/postgresql.conf" <<END
listen_addresses = '$listen'
port = $port
unix_socket_directories = '$postgres_dir'
max_connections = 300
shared_buffers = 256MB
fsync = ${YIFA_TEST_FSYNC:-off}
log_min_messages = fatal
END
  local disk=
  if [ -n "${YIFA_FAULTS_SHIM:-}" ]; then
    disk="export LD_PRELOAD='$YIFA_FAULTS_SHIM' YIFA_SHIM='$YIFA_FAULTS_CONTROL'"
  fi
  cat >"$postgres_dir/ctl" <<END
#!/bin/sh
cd /
$disk
exec ${as[*]:-} "$postgres_programs/pg_ctl" -D "$postgres_dir/data" -l "$postgres_dir/log" -w "\$@" >/dev/null
END
  chmod 755 "$postgres_dir/ctl"
  "$postgres_dir/ctl" start || return 1
  YIFA_TEST_POSTGRES="postgres://yifa@/postgres?host=$postgres_dir&port=$port"
  YIFA_TEST_POSTGRES_CTL="$postgres_dir/ctl"
  YIFA_TEST_POSTGRES_DATA="$postgres_dir/data"
  YIFA_TEST_POSTGRES_PROGRAMS=$postgres_programs
  export YIFA_TEST_POSTGRES YIFA_TEST_POSTGRES_CTL YIFA_TEST_POSTGRES_DATA YIFA_TEST_POSTGRES_PROGRAMS
}

# Takes away everything that start_postgres made.
stop_postgres() {
  [ -n "${postgres_dir:-}" ] || return 0
  [ -x "$postgres_dir/ctl" ] && "$postgres_dir/ctl" -m immediate stop 2>/dev/null
  rm -rf "$postgres_dir"
  [ -z "$postgres_user" ] || userdel "$postgres_user" 2>/dev/null
  postgres_dir=
}

# start_mail: a mail server for tests alone, Exim from the system's packages, in a folder of its own; only this machine
# reaches it. It takes mail for county.example over TLS from whoever signs in; `nobody` does not exist there and `later` is
# asked to come again. Sets YIFA_TEST_MAIL, the folder with its port, its certificates (tls/ca.crt) and the mail (mail/new).
start_mail() {
  [ -x /usr/sbin/exim4 ] || install "邮件测试需要" exim4-daemon-light || return 1
  mail_dir=$(mktemp -d) || return 1
  local owner port
  owner=$(id -un)
  [ "$(id -u)" -ne 0 ] || owner=Debian-exim
  port=$(free_port)
  mkdir "$mail_dir/tls" "$mail_dir/spool" "$mail_dir/mail" || return 1
  make_certificates "$mail_dir/tls" || return 1
  cat >"$mail_dir/conf" <<END
exim_user = $owner
exim_group = $(id -gn "$owner")
primary_hostname = localhost
spool_directory = $mail_dir/spool
log_file_path = $mail_dir/spool/%slog
pid_file_path = $mail_dir/spool/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = $port
deliver_drop_privilege = true
queue_run_in_order = true
rfc1413_query_timeout = 0s
host_lookup =
keep_environment =
tls_advertise_hosts = *
tls_certificate = $mail_dir/tls/localhost.crt
tls_privatekey = $mail_dir/tls/localhost.key
auth_advertise_hosts = \${if def:tls_in_cipher{*}{}}
acl_smtp_rcpt = check
acl_smtp_data = accept
begin acl
check:
  deny ! authenticated = *
       message = sign in first
  deny local_parts = nobody
       message = no such user
  defer local_parts = later
        message = come again
  accept domains = county.example
  deny message = not ours
begin routers
all:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  directory = $mail_dir/mail
  maildir_format
  create_directory
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{\$auth2}{yifa}}{eq{\$auth3}{correct horse}}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = \${if and{{eq{\$auth1}{yifa}}{eq{\$auth2}{correct horse}}}}
  server_set_id = \$auth1
END
  printf '%s\n' "$port" >"$mail_dir/port"
  chmod 755 "$mail_dir"
  [ "$(id -u)" -ne 0 ] || chown -R "$owner" "$mail_dir/spool" "$mail_dir/mail" "$mail_dir/tls" || return 1
  /usr/sbin/exim4 -C "$mail_dir/conf" -bd || return 1
  local tries
  for tries in $(seq 50); do
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.1
  done
  export YIFA_TEST_MAIL="$mail_dir"
}

# Takes away everything that start_mail made.
stop_mail() {
  [ -n "${mail_dir:-}" ] || return 0
  [ -f "$mail_dir/spool/pid" ] && kill "$(cat "$mail_dir/spool/pid")" 2>/dev/null
  rm -rf "$mail_dir"
  mail_dir=
}
