// The page's HTML, around its style and script.
#include "serve/annotate_page.h"

#include "serve/annotate_script.h"
#include "serve/annotate_style.h"

namespace llmops::serve {
namespace {

constexpr const char* kBody = R"html(
<header>
  <strong>llmops annotate</strong>
  <span id="who"></span>
  <span id="place" class="soft"></span>
  <progress id="bar" max="1" value="0" aria-label="Progress"></progress>
  <button id="show-team" type="button" aria-expanded="false" aria-controls="team">Progress</button>
  <button id="show-help" type="button" aria-expanded="false" aria-controls="help">Keys <kbd>?</kbd></button>
</header>
<main>
  <form id="enter" hidden>
    <h1>Who are you?</h1>
    <p class="soft">Your answers are kept under this name.</p>
    <label for="name">Name</label>
    <input id="name" maxlength="64" autocomplete="username" required>
    <button type="submit" class="main">Begin</button>
  </form>
  <section id="team" hidden aria-label="Progress of everybody"></section>
  <section id="help" hidden aria-label="Keys"></section>
  <section id="done" hidden>
    <h1>Nothing is left</h1>
    <p>Every record that waits for you is done. Others may still have some before them.</p>
    <button id="again" type="button">Look again</button> <button id="back" type="button">Undo <kbd>u</kbd></button>
  </section>
  <article id="record" hidden>
    <p id="instructions"></p>
    <div id="fields"></div>
    <div id="suggestion" hidden></div>
    <div id="answers" role="group" aria-label="Answers"></div>
    <div id="tools">
      <button data-key="u" type="button">Undo <kbd>u</kbd></button>
      <button data-key="s" type="button">Skip <kbd>s</kbd></button>
      <button data-key="f" type="button" id="flag" aria-pressed="false">Flag <kbd>f</kbd></button>
      <button data-key="n" type="button">Note <kbd>n</kbd></button>
    </div>
    <form id="note-form" hidden>
      <label for="note">Note</label> <input id="note" maxlength="2000"> <button type="submit">Keep</button>
    </form>
  </article>
  <p id="message" role="status" aria-live="polite"></p>
</main>
)html";

}  // namespace

std::string annotate_page(const std::string& nonce) {
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>llmops annotate</title>\n"
         "<style nonce=\"" +
         nonce + "\">" + kAnnotateStyle + "</style>\n</head>\n<body>" + kBody + "<script nonce=\"" + nonce + "\">" +
         kAnnotateScript + "</script>\n</body>\n</html>\n";
}

}  // namespace llmops::serve
