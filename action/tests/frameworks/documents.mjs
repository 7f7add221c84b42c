// The projects in a Markdown file: each second-level heading is one. A block whose info is a language and a path is a
// file; `sql before` is run first, `sh run` holds a command in each line, `server` is what the server saw.

export function parse(text) {
  const projects = [];
  let block;
  text.split("\n").forEach((line, number) => {
    const project = projects.at(-1);
    if (block) {
      if (line.trimEnd() === "```") {
        close(project, block, number);
        block = undefined;
      } else {
        block.lines.push(line);
      }
    } else if (line.startsWith("```")) {
      block = { info: line.slice(3).trim(), start: number + 1, lines: [] };
    } else if (line.startsWith("## ")) {
      projects.push({ title: line.slice(3), files: [], before: "", commands: [], server: "" });
    }
  });
  return projects;
}

function close(project, block, end) {
  const content = block.lines.map((line) => `${line}\n`).join("");
  const [, name] = block.info.split(" ");
  if (block.info === "sql before") project.before = content;
  else if (block.info === "sh run") project.commands = block.lines.filter((line) => line.trim() !== "");
  else if (block.info === "server") {
    project.server = content;
    project.place = [block.start, end];
  } else if (name) project.files.push([name, content]);
}

/** The text with another record for that project. */
export function replace(text, project, record) {
  const lines = text.split("\n");
  const [start, end] = project.place;
  lines.splice(start, end - start, ...record.split("\n").slice(0, -1));
  return lines.join("\n");
}
