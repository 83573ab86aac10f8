// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/dialogs/InstallTriggersDialog.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class InstallTriggersDialogTest final : public QObject
{
    Q_OBJECT

private:
    struct Fixture {
        Fixture()
            : dialog(node)
            , said(&dialog, &InstallTriggersDialog::notify)
        {
            QGuiApplication::clipboard()->clear();
            node.theStats.database.displayUrl = "postgresql://hearth@db.example.org/app";
        }
        void open()
        {
            dialog.show();
            dialog.activateWindow();
            settle();
        }
        QPushButton *button(const char *name) { return dialog.findChild<QPushButton *>(QLatin1String(name)); }
        QPlainTextEdit *sql() { return dialog.findChild<QPlainTextEdit *>("sql"); }
        ElidedLabel *database() { return dialog.findChild<ElidedLabel *>("database"); }
        Banner *banner() { return dialog.findChild<Banner *>(); }
        QProgressBar *progress() { return dialog.findChild<QProgressBar *>(); }
        std::size_t installations() const { return node.callsOf("installTriggers"); }
        void press(const char *name)
        {
            button(name)->click();
            settle();
        }
        QString lastWords() { return said.isEmpty() ? QString() : said.constLast().at(0).toString(); }
        Tone lastTone() { return said.constLast().at(1).value<Tone>(); }

        FakeNode node;
        InstallTriggersDialog dialog;
        QSignalSpy said;
    };

private Q_SLOTS:
    void theVerySqlIsShownAndNothingIsRun()
    {
        Fixture f;

        f.open();

        QCOMPARE(f.sql()->toPlainText().toStdString(), f.node.theTriggersSql);
        QVERIFY(f.sql()->isReadOnly());
        const QString words = f.dialog.findChild<QLabel *>("explanation")->text();
        QVERIFY2(words.contains("user_profiles"), qPrintable(words));
        QVERIFY(f.database()->shownText().contains("db.example.org"));
        QVERIFY2(words.contains("No data is changed"), qPrintable(words));
        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void withoutTheSqlNothingCanBeInstalled()
    {
        Fixture f;
        f.node.holdAnswers = true;

        f.open();
        QVERIFY(!f.button("install")->isEnabled());
        QVERIFY(!f.button("copy")->isEnabled());
        f.node.answerAll();
        settle();

        QVERIFY(f.button("install")->isEnabled());
        QVERIFY(f.button("copy")->isEnabled());
    }

    void anErrorInsteadOfTheSqlIsSaid()
    {
        Fixture f;
        f.node.failure = Error{ErrorCode::InvalidArgument, "This node's database cannot tell of changes."};

        f.open();

        QCOMPARE(f.banner()->sentence(), QString("This node's database cannot tell of changes."));
        QVERIFY(!f.button("install")->isEnabled());
    }

    void successIsToldAndClosesTheDialog()
    {
        Fixture f;
        f.open();

        f.press("install");

        QCOMPARE(f.installations(), std::size_t(1));
        QVERIFY(!f.dialog.isVisible());
        QCOMPARE(f.said.count(), 1);
        QCOMPARE(f.lastTone(), Tone::Ok);
        QVERIFY2(f.lastWords().contains("are installed"), qPrintable(f.lastWords()));
    }

    void aRoleThatMayNotIsSaidInWordsAndGetsTheSql_data()
    {
        QTest::addColumn<bool>("asError");
        QTest::newRow("as an outcome with the SQL") << false;
        QTest::newRow("as an error, with the SQL that was shown") << true;
    }
    void aRoleThatMayNotIsSaidInWordsAndGetsTheSql()
    {
        QFETCH(const bool, asError);
        Fixture f;
        f.open();
        const std::string problem = "The role reader may not create triggers on user_profiles.";
        const std::string sql = asError ? f.node.theTriggersSql : "-- for the administrator\ncreate trigger …;\n";
        f.node.theInstallation = {false, problem, sql};
        if (asError)
            f.node.failure = Error{ErrorCode::PermissionDenied, problem};

        f.press("install");
        QVERIFY(f.dialog.isVisible());
        QCOMPARE(f.banner()->tone(), Tone::Warning);
        QVERIFY2(f.banner()->sentence().contains("The role reader may not"), qPrintable(f.banner()->sentence()));
        QVERIFY2(f.banner()->sentence().contains("administrator"), qPrintable(f.banner()->sentence()));
        QCOMPARE(f.dialog.focusWidget(), f.button("copy"));
        f.press("copy");

        QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), sql);
        QCOMPARE(f.dialog.findChild<QLabel *>("status")->text(), QString("Copied."));
        QCOMPARE(f.said.count(), 0);
    }

    void aFailureIsSaidAndCanBeTriedAgain()
    {
        Fixture f;
        f.open();
        f.node.failure = Error{ErrorCode::Timeout, {}};
        f.press("install");
        QVERIFY(f.dialog.isVisible());
        QCOMPARE(f.banner()->tone(), Tone::Error);
        QCOMPARE(f.banner()->sentence(), QString("The database did not answer in time."));

        f.node.failure.reset();
        f.press("install");

        QCOMPARE(f.installations(), std::size_t(2));
        QVERIFY(!f.dialog.isVisible());
    }

    void escapeAndEnterInstallNothing()
    {
        for (const Qt::Key key : {Qt::Key_Escape, Qt::Key_Return}) {
            Fixture f;
            f.open();
            QVERIFY(QTest::qWaitForWindowActive(&f.dialog));
            QVERIFY(f.button("cancel")->isDefault());

            QTest::keyClick(f.dialog.focusWidget(), key);
            settle();

            QVERIFY(!f.dialog.isVisible());
            QVERIFY(f.node.wasOnlyLookedAt());
            QCOMPARE(f.said.count(), 0);
        }
    }

    void enterOnTheSqlInstallsNothing()
    {
        Fixture f;
        f.open();
        f.sql()->setFocus();

        QTest::keyClick(f.sql(), Qt::Key_Return);
        settle();

        QVERIFY(f.node.wasOnlyLookedAt());
    }

    void tabGoesFromTheSqlOverCopyAndCancelToInstall()
    {
        Fixture f;
        f.open();
        QVERIFY(QTest::qWaitForWindowActive(&f.dialog));
        f.sql()->setFocus();

        for (const char *next : {"copy", "cancel", "install"}) {
            QTest::keyClick(f.dialog.focusWidget(), Qt::Key_Tab);
            QCOMPARE(f.dialog.focusWidget(), f.button(next));
        }
    }

    void progressIsShownOnlyWhenItTakesLong()
    {
        Fixture f;
        f.open();
        f.node.holdAnswers = true;

        f.press("install");
        QVERIFY(!f.progress()->isVisible());
        QVERIFY(!f.button("install")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(f.progress()->isVisible(), 20'000);
        f.node.answerAll();
        settle();

        QVERIFY(!f.dialog.isVisible());
        QCOMPARE(f.installations(), std::size_t(1));
    }

    void whatIsAnsweredAfterClosingIsStillTold_data()
    {
        QTest::addColumn<bool>("installed");
        QTest::addColumn<Tone>("tone");
        QTest::newRow("installed") << true << Tone::Ok;
        QTest::newRow("may not") << false << Tone::Warning;
    }
    void whatIsAnsweredAfterClosingIsStillTold()
    {
        QFETCH(const bool, installed);
        QFETCH(const Tone, tone);
        Fixture f;
        f.open();
        f.node.holdAnswers = true;
        f.node.theInstallation = {installed, installed ? "" : "It may not.", {}};
        f.press("install");
        f.dialog.reject();

        f.node.answerAll();
        settle();

        QCOMPARE(f.said.count(), 1);
        QCOMPARE(f.lastTone(), tone);
        QVERIFY(!f.dialog.isVisible());
    }

    void shownAgainItIsAsNew()
    {
        Fixture f;
        f.open();
        f.node.theInstallation = {false, "It may not.", {}};
        f.press("install");
        f.dialog.reject();

        f.open();

        QVERIFY(!f.banner()->isVisible());
        QVERIFY(f.button("install")->isEnabled());
        QCOMPARE(f.dialog.focusWidget(), f.button("cancel"));
    }

    void whatComesFromANodeIsPlainText()
    {
        Fixture f;
        f.node.theStats.database.displayUrl = "<img src=x>\u202e";
        f.node.theTriggersSql = "select '<b>\u202e';";

        f.open();

        for (const QLabel *label : f.dialog.findChildren<QLabel *>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
        QVERIFY(f.sql()->toPlainText().contains("<b>"));
        QVERIFY(!f.sql()->toPlainText().contains(QChar(0x202e)));
        QVERIFY(f.database()->shownText().contains("<img"));
        QVERIFY(!f.database()->shownText().contains(QChar(0x202e)));
    }

    void whatTakesFocusHasAName()
    {
        Fixture f;
        f.open();

        for (const QWidget *widget : f.dialog.findChildren<QWidget *>()) {
            if (!widget->isVisible() || widget->focusProxy() || !(widget->focusPolicy() & Qt::TabFocus))
                continue;
            const auto *button = qobject_cast<const QAbstractButton *>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(InstallTriggersDialogTest)
#include "tst_InstallTriggersDialog.moc"
