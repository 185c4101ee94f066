#!/usr/bin/env bash
# Point-in-time recovery of a PostgreSQL store, step by step as docs/operations.md has it: archived log, a base backup, acts, the
# database gone without warning, a recovery to a moment between two acts. `YIFA` names the program.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/common.sh"

if ! find_postgres >/dev/null; then
  say "恢复到某一时刻：没有 PostgreSQL 的程序，略过"
  exit 0
fi
work=$(mktemp -d)
trap 'stop_postgres; rm -rf "$work"' EXIT
start_postgres
own() { if [ -n "$postgres_user" ]; then runuser -u "$postgres_user" -- "$@"; else "$@"; fi; }
cd /
mkdir "$work/archive"
[ -z "$postgres_user" ] || chown "$postgres_user" "$work" "$work/archive"
port=${YIFA_TEST_POSTGRES##*port=}
sql() { own "$postgres_programs/psql" -h "$postgres_dir" -p "$port" -U yifa -d postgres -Atqc "$1"; }
store=(--database "$YIFA_TEST_POSTGRES" --data "$work/files")
wrong() {
  say "恢复到某一时刻：$1"
  exit 1
}

# open_case KEY: a request for information; its id and its number.
open_case() {
  "$YIFA" case open disclosure_request --organ emergency --as yingji1 --key "$1" --set "applicant=$1" \
    --set applicant.code=11010519491231002X --set applicant_kind=natural_person --set contact=13800001234 \
    --set channel=in_person --set information=施工许可 "${store[@]}" --format json >"$work/told"
  sed -n 's/^  "\(case\|number\)": "\(.*\)",$/\2/p' "$work/told" | paste -sd' '
}

# 1. In ordinary times.
cat >>"$postgres_dir/data/postgresql.conf" <<END_OF_SETTINGS
archive_mode = on
archive_command = 'test ! -f $work/archive/%f && cp %p $work/archive/%f'
END_OF_SETTINGS
"$postgres_dir/ctl" restart
"$YIFA" demo --no-serve "${store[@]}" >/dev/null
own "$postgres_programs/pg_basebackup" -h "$postgres_dir" -p "$port" -U yifa -D "$work/base" -X stream -c fast

read -r before number <<<"$(open_case before)"
"$YIFA" case do "$before" admit --as yingji1 --key admit "${store[@]}" >/dev/null
sleep 1
moment=$(sql "SELECT now()")
wanted=$(sql "SELECT count(*), max(seq) FROM event")
sleep 1
read -r after lost <<<"$(open_case after)"
"$YIFA" case do "$before" search --as yingji1 --key search --set places=档案 --set found=yes "${store[@]}" >/dev/null
[ "$(sql "SELECT count(*), max(seq) FROM event")" != "$wanted" ] || wrong "之后的办理没有登记"

# 2. The database is gone; its last log was never archived.
"$postgres_dir/ctl" -m immediate stop
own cp -a "$work/base" "$work/recovered"
for log in "$postgres_dir"/data/pg_wal/0*; do
  [ -f "$work/archive/$(basename "$log")" ] || own cp -a "$log" "$work/recovered/pg_wal/"
done
cat >>"$work/recovered/postgresql.conf" <<END_OF_SETTINGS
restore_command = 'cp $work/archive/%f %p'
recovery_target_time = '$moment'
recovery_target_action = 'promote'
END_OF_SETTINGS
own touch "$work/recovered/recovery.signal"
rm -rf "$postgres_dir/data"
own mv "$work/recovered" "$postgres_dir/data"
"$postgres_dir/ctl" start
for _ in $(seq 200); do
  [ "$(sql 'SELECT pg_is_in_recovery()')" = f ] && break
  sleep 0.1
done

# 4. Everything up to the moment is there, nothing after it, and it goes on with the numbers that follow.
"$YIFA" verify --figures "${store[@]}" >/dev/null || wrong "核验没有通过"
[ "$(sql "SELECT count(*), max(seq) FROM event")" = "$wanted" ] || wrong "事项与那一刻的不一致"
"$YIFA" case show "$before" --as yingji1 "${store[@]}" | grep -q "$number" || wrong "之前的案件不在了"
if "$YIFA" case show "$after" --as yingji1 "${store[@]}" >/dev/null 2>&1; then wrong "之后的案件还在"; fi
read -r _ again <<<"$(open_case after)"
[ "$again" = "$lost" ] || wrong "恢复以后的编号是$again，应当是$lost"
"$YIFA" verify --figures "${store[@]}" >/dev/null || wrong "恢复以后办理的，核验没有通过"
echo "1 passed, 0 failed"
