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
