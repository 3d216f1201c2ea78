"""Mail servers on loopback that follow a script, however faulty."""

HANGS, CLOSES = object(), object()
ANSWERS = {
    "banner": "220 mail.example ESMTP",
    "EHLO": "250-mail.example\r\n250-SIZE 1000000\r\n250 AUTH PLAIN",
    "HELO": "250 mail.example",
    "AUTH": "235 Welcome",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 Go on",
    ".": "250 Queued as 17",
    "RSET": "250 OK",
    "QUIT": "221 Bye",
}


def mail_server(**answers):
    """A mail server that answers as usual, save where `answers` say otherwise.

    Its keywords are commands; `dot` is the end of the message.  A value is an answer, HANGS, CLOSES, a function of
    (conversation), or for RCPT a dictionary by recipient.
    """
    if "dot" in answers:
        answers["."] = answers.pop("dot")
    answers = {**ANSWERS, **answers}

    def respond(talk, verb, line):
        answer = answers.get(verb, "500 What?")
        if isinstance(answer, dict):
            answer = next(text for address, text in answer.items() if address in line)
        if answer is HANGS:
            talk.hang()
        if answer in (HANGS, CLOSES):
            return False
        if callable(answer):
            return answer(talk) is not CLOSES
        talk.say(f"{answer}\r\n")
        return verb != "QUIT"

    def script(talk):
        going, line = respond(talk, "banner", ""), ""
        while going and (line := talk.line()):
            verb = line.split()[0].upper()
            going = respond(talk, verb, line)
            if going and verb == "DATA" and str(answers["DATA"]).startswith("354"):
                content = []
                while (line := talk.line()) != ".":
                    content.append(line)
                going = respond(talk, ".", "")
                if str(answers["."]).startswith("250"):
                    talk.heard.append("\n".join(content))

    return script
