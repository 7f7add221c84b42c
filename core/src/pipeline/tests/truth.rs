/// By folder: when, by which tool (`?` is a program of the project), and where the command stands.
const TRUTH: &[(&str, &[&str])] = &[
    ("AppFlowy-IO+AppFlowy-Cloud", &[
        // The server's own; the other is its authentication service, with migrations of its own.
        "at start-up, ?, docker/gotrue/start.sh",
        "at start-up, sqlx, src/application.rs",
    ]),
    ("Dokploy+dokploy", &["at start-up, drizzle, apps/dokploy/migration.ts"]),
    ("PREreview+prereview", &["at start-up, mikro-orm, src/backend/scripts/dbMigrations.ts"]),
    ("bcgov+SIMS", &["in a workflow, typeorm, sources/packages/backend/apps/db-migrations/src/db-migrations.service.ts"]),
    ("cowprotocol+services", &["in a container of its own, flyway, docker-compose.yaml"]),
    ("docmost+docmost", &["at start-up, kysely, apps/server/src/database/database.module.ts"]),
    ("documenso+documenso", &["at start-up, prisma, docker/start.sh", "at start-up, prisma, render.yaml"]),
    // Its entry point migrates for developers only; the deploy checks that somebody did.
    ("freelawproject+courtlistener", &[]),
    ("getlago+lago-api", &["at start-up, rails, scripts/start.sh"]),
    // By hand, or by the image of another repository.
    ("getodk+central-backend", &[]),
    ("hatchet-dev+hatchet", &[
        "at start-up, ?, hack/lite/start.sh",
        "in a container of its own, ?, docker-compose.release.yml",
    ]),
    ("langfuse+langfuse", &["at start-up, prisma, web/entrypoint.sh"]),
    ("letta-ai+letta", &["at start-up, alembic, letta/server/startup.sh"]),
    ("mealie-recipes+mealie", &["at start-up, alembic, mealie/db/init_db.py"]),
    ("mindersec+minder", &[
        // Draws a picture of the schema; nothing tells it from a deploy.
        "in a container of its own, ?, database/schema/docker-compose.yaml",
        "in a container of its own, ?, deployment/helm/templates/job.yaml",
        "in a container of its own, ?, docker-compose.yaml",
    ]),
    ("outline+outline", &[
        "at start-up, sequelize, server/scripts/checkMigrations.ts",
        "in a build, sequelize, package.json",
    ]),
    ("hirosystems+stacks-blockchain-api", &["at start-up, node-pg-migrate, src/datastore/pg-write-store.ts"]),
    // A database for its own tests.
    ("travis-ci+travis-migrations", &[]),
    // Excerpts: SQL and configuration, mostly without code.
    ("bcgov-sims-2024-07", &[
        "in a container of its own, ?, sources/packages/backend/package.json",
        "in a workflow, ?, .github/workflows/release-deploy-all.yml",
    ]),
    // The code that migrates is not among them.
    ("dokploy", &["at start-up, ?, Dockerfile", "at start-up, ?, apps/dokploy/package.json"]),
    ("hatchet", &["in a container of its own, ?, docker-compose.release.yml"]),
    ("hatchet-atlas", &[]),
    ("minder", &[
        "in a container of its own, ?, database/schema/docker-compose.yaml",
        "in a container of its own, ?, docker-compose.yaml",
    ]),
    // When the image's database is made.
    ("supabase-postgres", &[]),
    // `Hexpm.ReleaseTasks.migrate` is called from outside of the repository.
    ("hexpm+hexpm", &[]),
    // MongoDB.
    ("novuhq+novu", &[]),
    ("cow-services", &["in a container of its own, flyway, docker-compose.yaml"]),
    ("crates-io", &["in a release phase, ?, Procfile"]),
    ("elucidate-server", &[]),
    ("langfuse", &["at start-up, prisma, web/entrypoint.sh"]),
    ("odk-central-backend", &[]),
    ("port4k", &[]),
];
