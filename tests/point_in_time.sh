#!/usr/bin/env bash
# Point-in-time recovery of a PostgreSQL store as docs/operations.md has it, with PostgreSQL's own tools: a base backup,
# archived log, and a recovery to a moment between two acts. `YIFA` names the program.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/common.sh"

work=$(mktemp -d)
trap 'stop_postgres; rm -rf "$work"' EXIT
start_postgres
own() { if [ -n "$postgres_user" ]; then runuser -u "$postgres_user" -- "$@"; else "$@"; fi; }
cd /
mkdir "$work/archive"
[ -z "$postgres_user" ] || chown "$postgres_user" "$work" "$work/archive"
cat >>"$postgres_dir/data/postgresql.conf" <<END
archive_mode = on
archive_command = 'test ! -f $work/archive/%f && cp %p $work/archive/%f'
END
"$postgres_dir/ctl" restart
sql() { own "$postgres_programs/psql" -h "$postgres_dir" -U yifa -d postgres -Atqc "$1"; }
store=(--database "$YIFA_TEST_POSTGRES" --data "$work/files")

"$YIFA" demo --no-serve "${store[@]}" >/dev/null
own "$postgres_programs/pg_basebackup" -h "$postgres_dir" -U yifa -D "$work/base" -X stream -c fast
"$YIFA" account add before --name 之前 --rank citizen "${store[@]}" >/dev/null </dev/null
sleep 1
moment=$(sql "SELECT now()")
sleep 1
"$YIFA" account add after --name 之后 --rank citizen "${store[@]}" >/dev/null </dev/null
sql "SELECT pg_switch_wal()" >/dev/null
"$postgres_dir/ctl" -m fast stop

cat >>"$work/base/postgresql.conf" <<END
restore_command = 'cp $work/archive/%f %p'
recovery_target_time = '$moment'
recovery_target_action = 'promote'
archive_mode = off
END
own touch "$work/base/recovery.signal"
rm -rf "$postgres_dir/data"
own mv "$work/base" "$postgres_dir/data"
"$postgres_dir/ctl" start
for _ in $(seq 100); do
  [ "$(sql 'SELECT pg_is_in_recovery()')" = f ] && break
  sleep 0.1
done
"$YIFA" verify --figures "${store[@]}"
[ "$(sql "SELECT string_agg(login, ',') FROM account WHERE login IN ('before', 'after')")" = before ]
echo "1 passed, 0 failed"
