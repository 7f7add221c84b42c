//! One connection to a server, without `async` in sight. Everything goes through the simple query protocol, as a
//! migration tool's SQL files do, so that statements and transactions are exactly the ones written.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

/// Longer than any statement here takes; one that hangs is a fault of the harness.
const PATIENCE: Duration = Duration::from_secs(120);

/// A connection.
pub(crate) struct Session {
    handle: Handle,
    client: Client,
    /// The server process behind it.
    pub(crate) pid: i32,
}

/// What the server refused, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The SQLSTATE.
    pub(crate) sqlstate: String,
    /// The server's words.
    pub(crate) message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.sqlstate, self.message)
    }
}

/// A row as text.
pub(crate) type Row = Vec<Option<String>>;

impl Session {
    /// Connects.
    pub(crate) fn open(handle: &Handle, config: &Config) -> Session {
        let (client, pid) = handle.block_on(async {
            let (client, connection) = config.connect(NoTls).await.expect("the server takes connections");
            tokio::spawn(async move {
                // Its failure shows in the next query.
                drop(connection.await);
            });
            let pid =
                cell(&client.simple_query("select pg_backend_pid()").await.expect("a first query works"));
            (client, pid.parse().expect("a process id is a number"))
        });
        Session { handle: handle.clone(), client, pid }
    }

    /// Runs statements, separated by semicolons, as one string.
    pub(crate) fn run(&self, sql: &str) -> Result<(), Refusal> {
        self.rows(sql).map(drop)
    }

    /// Runs statements that the harness itself needs.
    pub(crate) fn must(&self, sql: &str) {
        if let Err(refusal) = self.run(sql) {
            panic!("{refusal}\n{sql}");
        }
    }

    /// The rows of all statements of a string.
    pub(crate) fn rows(&self, sql: &str) -> Result<Vec<Row>, Refusal> {
        let answer = self
            .handle
            .block_on(async { tokio::time::timeout(PATIENCE, self.client.simple_query(sql)).await });
        match answer.unwrap_or_else(|_| panic!("no answer:\n{sql}")) {
            Ok(messages) => Ok(messages.iter().filter_map(row).collect()),
            Err(error) => match error.as_db_error() {
                Some(refused) => Err(Refusal {
                    sqlstate: refused.code().code().to_owned(),
                    message: refused.message().to_owned(),
                }),
                None => panic!("the connection failed: {error}\n{sql}"),
            },
        }
    }

    /// Rows of a query that the harness itself needs.
    pub(crate) fn must_rows(&self, sql: &str) -> Vec<Row> {
        self.rows(sql).unwrap_or_else(|refusal| panic!("{refusal}\n{sql}"))
    }

    /// The one value of a query.
    pub(crate) fn value(&self, sql: &str) -> String {
        let rows = self.must_rows(sql);
        let value = rows.first().and_then(|row| row.first()).cloned().flatten();
        value.unwrap_or_else(|| panic!("no value:\n{sql}"))
    }
}

fn row(message: &SimpleQueryMessage) -> Option<Row> {
    match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
        }
        _ => None,
    }
}

fn cell(messages: &[SimpleQueryMessage]) -> String {
    messages.iter().find_map(row).and_then(|row| row.into_iter().next().flatten()).unwrap_or_default()
}
