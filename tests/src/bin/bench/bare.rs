//! The bare server: actix handlers with the same queries and nothing around them. No identity, no permission, no rule, no event,
//! no middleware.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, error::ErrorInternalServerError, web};
use anze_api::{
    http::problem::ApiError,
    service::commission::{CommissionOut, ServiceLineOut},
    wire::summary::Summaries,
};
use anze_domain::{
    Id,
    access::{Caller, Port, Role, Who},
    service::commission::Commission,
};
use anze_persistence::{
    Direction, Options, PageRequest, Store, StoreError,
    service::commission,
    sqlite_path,
    store::idempotency::{self, Fingerprint},
};
use chrono::{DateTime, Utc};
use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{ConnectionManager, Pool},
    sql_query,
    sql_types::{Binary, Text},
};
use serde::Serialize;
use uuid::Uuid;

/// As wide a row as the others have, more or less.
const ROW: &str = "一行数据：服务已于约定时间开始，专家组三人到场，现场负责人在场，资料齐全。";

/// What commits one row at a time, without the store.
#[derive(Clone)]
enum Rows {
    Sqlite(Arc<Mutex<SqliteConnection>>),
    Postgres(Pool<ConnectionManager<PgConnection>>),
}

struct State {
    store: Store,
    rows: Rows,
    caller: Caller,
}

#[derive(Serialize)]
struct Items {
    items: Vec<CommissionOut>,
}

/// A bare server that runs on a thread of its own until it is dropped.
pub struct Bare {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Bare {
    /// Starts it on this database, for what this insurer sees.
    pub fn start(url: &str, insurer: Uuid) -> Bare {
        let store = Store::open(&Options::new(url)).expect("the database opens");
        let rows = match sqlite_path(url) {
            Some(path) => {
                let mut connection = SqliteConnection::establish(path).expect("the database opens");
                let pragmas = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000; \
                               PRAGMA synchronous = full; CREATE TABLE bench_rows (id BLOB PRIMARY KEY, body TEXT NOT NULL)";
                connection.batch_execute(pragmas).expect("the table is made");
                Rows::Sqlite(Arc::new(Mutex::new(connection)))
            }
            None => {
                let pool = Pool::builder()
                    .max_size(8)
                    .build(ConnectionManager::<PgConnection>::new(url))
                    .expect("a pool");
                let mut connection = pool.get().expect("a connection");
                let table = "CREATE TABLE bench_rows (id bytea PRIMARY KEY, body text NOT NULL)";
                connection.batch_execute(table).expect("the table is made");
                Rows::Postgres(pool)
            }
        };
        let caller = Caller {
            who: Who::User(insurer),
            organization_id: Some(Id::new(insurer)),
            port: Some(Port::Insurer),
            role: Role::Operator,
            ..Caller::NOBODY
        };
        let state = web::Data::new(State { store, rows, caller });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (sender, started) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(state.clone())
                        .route("/commissions/{id}", web::get().to(get))
                        .route("/commissions", web::get().to(list))
                        .route("/rows", web::post().to(insert))
                        .route("/shared-rows", web::post().to(insert_shared))
                });
                let server = server.workers(2).disable_signals().listen(listener).expect("it listens").run();
                sender.send(server.handle()).expect("someone waits");
                server.await.expect("the bare server runs");
            });
        });
        Bare { address, handle: started.recv().expect("it starts"), thread: Some(thread) }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

async fn get(state: web::Data<State>, id: web::Path<Uuid>) -> actix_web::Result<HttpResponse> {
    let id = id.into_inner();
    let found = state.store.read(move |db| -> Result<_, ApiError> {
        let Some((commission, _)) = commission::find_priced(db, Id::new(id))? else { return Ok(None) };
        let summaries = Summaries::of(db, [&commission])?;
        plain(commission, &summaries).map(Some)
    });
    match found.await? {
        Some(commission) => Ok(HttpResponse::Ok().json(commission)),
        None => Ok(HttpResponse::NotFound().finish()),
    }
}

async fn list(state: web::Data<State>) -> actix_web::Result<HttpResponse> {
    let caller = state.caller.clone();
    let found = state.store.read(move |db| -> Result<_, ApiError> {
        let page = PageRequest { after: None, limit: 20, direction: Direction::Descending };
        let page = commission::list(db, &caller, &commission::Filter::default(), &page)?;
        let summaries = Summaries::of(db, page.items.iter().map(|(commission, _)| commission))?;
        page.items.into_iter().map(|(commission, _)| plain(commission, &summaries)).collect()
    });
    Ok(HttpResponse::Ok().json(Items { items: found.await? }))
}

/// One row, one commit.
async fn insert(state: web::Data<State>) -> actix_web::Result<HttpResponse> {
    let rows = state.rows.clone();
    let inserted = web::block(move || {
        let insert = sql_query("INSERT INTO bench_rows (id, body) VALUES ($1, $2)")
            .bind::<Binary, _>(Uuid::new_v4().as_bytes().to_vec())
            .bind::<Text, _>(ROW);
        match rows {
            Rows::Sqlite(connection) => connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .immediate_transaction(|connection| insert.execute(connection))
                .map_err(|error| error.to_string()),
            Rows::Postgres(pool) => pool
                .get()
                .map_err(|error| error.to_string())?
                .transaction(|connection| insert.execute(connection))
                .map_err(|error| error.to_string()),
        }
    });
    inserted.await?.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::NoContent().finish())
}

/// One row through the store, which on SQLite lets many share one commit.
async fn insert_shared(state: web::Data<State>) -> actix_web::Result<HttpResponse> {
    let scope = Uuid::new_v4().as_bytes().to_vec();
    let inserted: Result<_, StoreError> = state
        .store
        .write(move |db| {
            let row = Fingerprint { scope: scope.clone(), body: ROW.as_bytes().to_vec() };
            idempotency::store_answer(db, &row, b"{}", DateTime::<Utc>::UNIX_EPOCH)
        })
        .await;
    inserted.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::NoContent().finish())
}

/// The row as it is on the wire, without what is worked out for a caller.
fn plain(commission: Commission, summaries: &Summaries) -> Result<CommissionOut, ApiError> {
    let (parties, terms) = (commission.parties, commission.terms);
    Ok(CommissionOut {
        id: commission.id.uuid(),
        number: commission.number,
        status: commission.status.into(),
        status_reason: commission.status_reason,
        policy_id: commission.policy_id.uuid(),
        project_id: commission.project_id.uuid(),
        project: summaries.project(commission.project_id)?,
        insurer_id: parties.insurer_id.uuid(),
        insurer: summaries.organization(parties.insurer_id)?,
        provider_id: terms.provider_id.uuid(),
        provider: summaries.organization(terms.provider_id)?,
        contract_number: terms.contract_number,
        lines: terms.lines.iter().map(ServiceLineOut::from).collect(),
        fee_mode: terms.fee_mode.into(),
        fee: terms.fee.into(),
        cost_lines: Vec::new(),
        share_of_premium: None,
        share_of_premium_received: None,
        period_start: terms.period.start,
        period_end: terms.period.end,
        amount_due: None,
        ended_at: commission.ended_at,
        created_at: commission.created_at,
        updated_at: commission.updated_at,
        allowed_actions: Vec::new(),
    })
}
