// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearthctl, the command line: reads what is wanted, and lets the verb do it.
#include "app/ctl/CtlOptions.h"
#include "app/ctl/Session.h"
#include "app/ctl/Terminal.h"
#include "app/ctl/TerminalSignals.h"
#include "app/ctl/Verb.h"
#include "app/wiring/Logging.h"

#include <QCoreApplication>

#include <cstdio>

using namespace hearth;

int main(int argc, char **argv)
{
    Terminal::rememberLocale();
    TerminalSignals::block();
    QCoreApplication::setApplicationName(QStringLiteral("hearthctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
    const QCoreApplication application(argc, argv);
    auto read = readInvocation(QCoreApplication::arguments());
    if (const auto *reason = std::get_if<CtlExit>(&read)) {
        std::string text = reason->text.toStdString();
        if (reason->code != exitDone) // what a person typed may hold anything
            text = shownText(text, Terminal(stderr).style().charset);
        if (!text.ends_with('\n'))
            text += '\n';
        std::fputs(text.c_str(), reason->code == exitDone ? stdout : stderr);
        return reason->code;
    }
    auto &invocation = std::get<Invocation>(read);
    installLogging(invocation.options.config.logLevel, invocation.options.config.logFormat);
    Session session(std::move(invocation.options));
    return invocation.verb->run(session, *invocation.arguments);
}
