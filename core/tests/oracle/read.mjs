// Both readings of a file, statement by statement: PostgreSQL's own parser (compiled to WebAssembly) and ours.

import { spawnSync } from "node:child_process";
import { loadModule, parseSync } from "libpg-query";

await loadModule();

/** Our reading of files: what `lockkeeper debug statements` prints, one object per file. */
export function ours(paths) {
  const program = process.env.LOCKKEEPER ?? "lockkeeper";
  const ran = spawnSync(program, ["debug", "statements"], {
    input: paths.join("\n") + "\n",
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (ran.error) throw ran.error;
  if (ran.status !== 0) throw new Error(`${program} debug statements: ${ran.stderr}`);
  return ran.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** PostgreSQL's reading of a text; throws its syntax error. Offsets are bytes. */
export function theirs(bytes) {
  const statements = parseSync(bytes.toString("utf8")).stmts ?? [];
  return statements.map(({ stmt, stmt_location = 0, stmt_len }) => {
    const end = stmt_len ? stmt_location + stmt_len : bytes.length;
    const [tag] = Object.keys(stmt);
    return { tag, node: stmt[tag], start: stmt_location, end, actions: actions(tag, stmt[tag]) };
  });
}

const RELATIONS = new Set(
  ["TABLE", "INDEX", "VIEW", "MATVIEW", "SEQUENCE", "FOREIGN_TABLE"].map((kind) => `OBJECT_${kind}`),
);

/** The names that our vocabulary has for a statement of PostgreSQL's: one of these is right. */
export function operations(tag, node) {
  const named = {
    AlterTableStmt: node.objtype === "OBJECT_TYPE" ? ["AlterType"] : ["AlterTable"],
    AlterTableMoveAllStmt: ["AlterAllInTablespace"],
    RenameStmt: renamed(node),
    AlterObjectSchemaStmt: RELATIONS.has(node.objectType) ? ["AlterTable"] : ["AlterObject"],
    AlterObjectDependsStmt: RELATIONS.has(node.objectType) ? ["AlterTable"] : ["AlterObject"],
    AlterOwnerStmt: ["AlterObject"],
    AlterSeqStmt: ["AlterSequence"],
    AlterEnumStmt: ["AlterType"],
    AlterTypeStmt: ["AlterType"],
    AlterDomainStmt: ["AlterDomain"],
    AlterFunctionStmt: ["AlterFunction"],
    AlterExtensionStmt: ["AlterObject"],
    AlterExtensionContentsStmt: ["AlterObject"],
    AlterStatsStmt: ["AlterObject"],
    AlterPolicyStmt: ["Policy"],
    AlterPublicationStmt: ["Publication"],
    CreateStmt: ["CreateTable"],
    CreateForeignTableStmt: ["CreateTable"],
    CreateTableAsStmt: ["CreateTableAs"],
    IndexStmt: ["CreateIndex"],
    DropStmt: ["Drop"],
    DropSubscriptionStmt: ["Drop"],
    DropUserMappingStmt: ["Drop"],
    DropRoleStmt: ["Drop"],
    DropOwnedStmt: ["Drop", "Other"],
    DropdbStmt: ["Drop"],
    DropTableSpaceStmt: ["Drop"],
    ReassignOwnedStmt: ["Other", "AlterObject"],
    ViewStmt: ["CreateView"],
    RefreshMatViewStmt: ["Refresh"],
    CreateSeqStmt: ["CreateSequence"],
    CreateEnumStmt: ["CreateType"],
    CompositeTypeStmt: ["CreateType"],
    CreateRangeStmt: ["CreateType"],
    DefineStmt: node.kind === "OBJECT_TYPE" ? ["CreateType"] : ["Other"],
    CreateDomainStmt: ["CreateDomain"],
    CreateSchemaStmt: ["CreateSchema"],
    CreateExtensionStmt: ["CreateExtension"],
    CreateFunctionStmt: ["CreateFunction"],
    CallStmt: ["Call"],
    DoStmt: ["Do"],
    CreateTrigStmt: ["CreateTrigger"],
    RuleStmt: ["CreateRule"],
    CreatePolicyStmt: ["Policy"],
    CreateStatsStmt: ["CreateStatistics"],
    CreateSubscriptionStmt: ["CreateSubscription"],
    CreatePublicationStmt: ["Publication"],
    GrantStmt: ["Grant"],
    GrantRoleStmt: ["Other"],
    CommentStmt: ["Comment"],
    SecLabelStmt: ["Comment"],
    ReindexStmt: ["Reindex"],
    ClusterStmt: ["Cluster"],
    VacuumStmt: node.is_vacuumcmd ? ["Vacuum"] : ["Analyze"],
    TruncateStmt: ["Truncate"],
    LockStmt: ["Lock"],
    SelectStmt: node.intoClause ? ["CreateTableAs"] : ["Query", "Set"],
    InsertStmt: ["Change"],
    UpdateStmt: ["Change"],
    DeleteStmt: ["Change"],
    MergeStmt: ["Change"],
    CopyStmt: ["Copy"],
    ExplainStmt: ["Nested"],
    PrepareStmt: ["Nested"],
    DeclareCursorStmt: ["Nested"],
    VariableSetStmt: ["Set"],
    ConstraintsSetStmt: ["Set"],
    DiscardStmt: ["Set"],
    TransactionStmt: ["Transaction"],
  };
  // Kinds that lock no relation of a user's. Those which PostgreSQL alters by name may also be `AlterObject`.
  return named[tag] ?? (tag.startsWith("Alter") ? ["Other", "AlterObject"] : ["Other"]);
}

function renamed(node) {
  if (node.renameType === "OBJECT_ATTRIBUTE") return ["AlterType"];
  if (RELATIONS.has(node.renameType)) return ["AlterTable"];
  if (node.renameType === "OBJECT_COLUMN" || node.renameType === "OBJECT_TABCONSTRAINT") return ["AlterTable"];
  // A role or a database is nothing that Lockkeeper follows.
  return ["Rename", "Other"];
}

// PostgreSQL's names of ALTER TABLE actions, in our words.
const ACTIONS = {
  AT_AddColumn: "AddColumn",
  AT_ColumnDefault: (def) => (def ? "SetDefault" : "DropDefault"),
  AT_DropNotNull: "DropNotNull",
  AT_SetNotNull: "SetNotNull",
  AT_SetExpression: "SetExpression",
  AT_DropExpression: "DropExpression",
  AT_SetStatistics: "SetStatistics",
  AT_SetOptions: "SetColumnOptions",
  AT_ResetOptions: "ResetColumnOptions",
  AT_SetStorage: "SetStorage",
  AT_SetCompression: "SetCompression",
  AT_DropColumn: "DropColumn",
  AT_AddConstraint: "AddConstraint",
  AT_AlterConstraint: "AlterConstraint",
  AT_ValidateConstraint: "ValidateConstraint",
  AT_DropConstraint: "DropConstraint",
  AT_AlterColumnType: "AlterType",
  AT_AlterColumnGenericOptions: "ForeignOptions",
  AT_ChangeOwner: "OwnerTo",
  AT_ClusterOn: "ClusterOn",
  AT_DropCluster: "SetWithoutCluster",
  AT_SetLogged: "SetLogged",
  AT_SetUnLogged: "SetUnlogged",
  AT_DropOids: "SetWithoutOids",
  AT_SetAccessMethod: "SetAccessMethod",
  AT_SetTableSpace: "SetTablespace",
  AT_SetRelOptions: "SetOptions",
  AT_ResetRelOptions: "ResetOptions",
  AT_EnableTrig: "Trigger",
  AT_EnableAlwaysTrig: "Trigger",
  AT_EnableReplicaTrig: "Trigger",
  AT_DisableTrig: "Trigger",
  AT_EnableTrigAll: "Trigger",
  AT_DisableTrigAll: "Trigger",
  AT_EnableTrigUser: "Trigger",
  AT_DisableTrigUser: "Trigger",
  AT_EnableRule: "Rule",
  AT_EnableAlwaysRule: "Rule",
  AT_EnableReplicaRule: "Rule",
  AT_DisableRule: "Rule",
  AT_AddInherit: "Inherit",
  AT_DropInherit: "NoInherit",
  AT_AddOf: "OfType",
  AT_DropOf: "NotOf",
  AT_ReplicaIdentity: "ReplicaIdentity",
  AT_EnableRowSecurity: "RowSecurity",
  AT_DisableRowSecurity: "RowSecurity",
  AT_ForceRowSecurity: "RowSecurity",
  AT_NoForceRowSecurity: "RowSecurity",
  AT_GenericOptions: "ForeignOptions",
  AT_AttachPartition: "AttachPartition",
  AT_DetachPartition: "DetachPartition",
  AT_DetachPartitionFinalize: "DetachPartition",
  AT_AddIdentity: "AddIdentity",
  AT_SetIdentity: "SetIdentity",
  AT_DropIdentity: "DropIdentity",
};

const TYPE_ACTIONS = {
  AT_AddColumn: "AddAttribute",
  AT_DropColumn: "DropAttribute",
  AT_AlterColumnType: "AlterAttribute",
};

const DOMAIN_ACTIONS = {
  T: (node) => (node.def ? "SetDefault" : "DropDefault"),
  AD_AlterDefault: (node) => (node.def ? "SetDefault" : "DropDefault"),
  N: () => "DropNotNull",
  O: () => "SetNotNull",
  C: () => "AddConstraint",
  X: () => "DropConstraint",
  V: () => "ValidateConstraint",
};

/** What PostgreSQL says a statement does, in our words; undefined where we don't compare that. */
function actions(tag, node) {
  switch (tag) {
    case "AlterTableStmt": {
      const words = node.objtype === "OBJECT_TYPE" ? TYPE_ACTIONS : ACTIONS;
      return node.cmds.map(({ AlterTableCmd: command }) => {
        const word = words[command.subtype];
        return typeof word === "function" ? word(command.def) : (word ?? command.subtype);
      });
    }
    case "RenameStmt":
      if (node.renameType === "OBJECT_ATTRIBUTE") return ["RenameAttribute"];
      if (node.renameType === "OBJECT_COLUMN") return ["RenameColumn"];
      if (node.renameType === "OBJECT_TABCONSTRAINT") return ["RenameConstraint"];
      return RELATIONS.has(node.renameType) ? ["RenameTo"] : undefined;
    case "AlterObjectSchemaStmt":
      return RELATIONS.has(node.objectType) ? ["SetSchema"] : undefined;
    case "AlterObjectDependsStmt":
      return RELATIONS.has(node.objectType) ? ["DependsOnExtension"] : undefined;
    case "AlterEnumStmt":
      return [node.oldVal ? "RenameValue" : "AddValue"];
    case "AlterTypeStmt":
      return ["SetOptions"];
    case "AlterDomainStmt":
      return DOMAIN_ACTIONS[node.subtype] && [DOMAIN_ACTIONS[node.subtype](node)];
    case "DropStmt":
      return DROPPED[node.removeType] && [DROPPED[node.removeType]];
    case "TransactionStmt":
      return TRANSACTIONS[node.kind] && [TRANSACTIONS[node.kind]];
    case "InsertStmt":
    case "UpdateStmt":
    case "DeleteStmt":
    case "MergeStmt":
      return [tag.replace("Stmt", "")];
    default:
      return undefined;
  }
}

const DROPPED = {
  OBJECT_TABLE: "Table",
  OBJECT_INDEX: "Index",
  OBJECT_VIEW: "View",
  OBJECT_MATVIEW: "MaterializedView",
  OBJECT_SEQUENCE: "Sequence",
  OBJECT_FOREIGN_TABLE: "ForeignTable",
  OBJECT_TYPE: "Type",
  OBJECT_DOMAIN: "Domain",
  OBJECT_FUNCTION: "Function",
  OBJECT_PROCEDURE: "Procedure",
  OBJECT_ROUTINE: "Routine",
  OBJECT_AGGREGATE: "Aggregate",
  OBJECT_SCHEMA: "Schema",
  OBJECT_EXTENSION: "Extension",
  OBJECT_TRIGGER: "Trigger",
  OBJECT_RULE: "Rule",
  OBJECT_POLICY: "Policy",
  OBJECT_STATISTIC_EXT: "Statistics",
  OBJECT_PUBLICATION: "Publication",
  OBJECT_EVENT_TRIGGER: "EventTrigger",
};

const TRANSACTIONS = {
  TRANS_STMT_BEGIN: "Begin",
  TRANS_STMT_START: "Begin",
  TRANS_STMT_COMMIT: "Commit",
  TRANS_STMT_ROLLBACK: "Rollback",
  TRANS_STMT_SAVEPOINT: "Savepoint",
  TRANS_STMT_RELEASE: "Release",
  TRANS_STMT_ROLLBACK_TO: "RollbackTo",
  TRANS_STMT_PREPARE: "Prepare",
  TRANS_STMT_COMMIT_PREPARED: "CommitPrepared",
  TRANS_STMT_ROLLBACK_PREPARED: "RollbackPrepared",
};
