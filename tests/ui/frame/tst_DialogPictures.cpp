// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Each dialog as it opens over the window, in both themes, with ordinary and with hostile names: nothing is cut, and it
// fits on a small screen. Where HEARTH_PICTURES names a folder, a picture of each goes there, to be judged by eye.
#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/MainWindow.h"
#include "ui/NodeActions.h"
#include "ui/NodeView.h"
#include "ui/dialogs/StartChoiceDialog.h"
#include "ui/entries/EntriesActions.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesTable.h"
#include "ui/theme/ThemeController.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QLabel>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;

namespace {

const QStringList names{"warm-users", "force-expiry",     "force-expiry-selected",
                        "remove",     "install-triggers", "start-choice"};

const std::array<std::string, 4> hostileNames{"<b>bold</b><img src=x onerror=alert(1)>",
                                              "abc\xE2\x80\xAEgnp.exe\nand another line", "Ọmọ́táyọ̀ Ƙaura Chịkamsọ",
                                              std::string(255, 'w')};

} // namespace

class tst_DialogPictures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensWholeAndReadable_data();
    void opensWholeAndReadable();

private:
    static QWidget *visibleDialog()
    {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (widget->isVisible() && qobject_cast<QDialog *>(widget))
                return widget;
        }
        return nullptr;
    }
    void save(QWidget &dialog, const QString &name);
};

void tst_DialogPictures::opensWholeAndReadable_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isHostile");
    QTest::addColumn<bool>("isDark");

    for (const QString &name : names) {
        for (const bool isHostile : {false, true}) {
            if (isHostile && name == QLatin1String("install-triggers"))
                continue; // it shows no names
            for (const bool isDark : {false, true}) {
                const QString row = name + QLatin1String(isHostile ? "-hostile" : "-usual") +
                                    QLatin1String(isDark ? "-dark" : "-light");
                QTest::newRow(qPrintable(row)) << name << isHostile << isDark;
            }
        }
    }
}

void tst_DialogPictures::opensWholeAndReadable()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isHostile);
    QFETCH(const bool, isDark);
    ThemeController theme(*qApp);
    theme.setMode(isDark ? ThemeController::Mode::Dark : ThemeController::Mode::Light);
    FakeNode node(40);
    node.theStats.changes = {InvalidationMode::Polling, "The triggers are not installed.", true};
    if (isHostile) {
        for (std::size_t i = 0; i < hostileNames.size(); ++i)
            node.rows[i].identity = hostileNames[i];
        node.theInfo.name = hostileNames.back();
        node.theInfo.environment = "production";
        node.theInfo.embedded = false;
    }
    NodeDirectory nodes;
    nodes.add(node);
    QTemporaryDir folder;
    QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
    MainWindow window(nodes, theme, settings);
    window.resize(1280, 800);
    window.show();
    window.showPage("entries");
    node.say(Sample());
    settle();
    auto &entries = *window.findChild<EntriesBrowser *>();
    if (name == QLatin1String("remove") || name == QLatin1String("force-expiry-selected"))
        entries.table().selectAll();
    std::unique_ptr<StartChoiceDialog> startChoice;

    const NodeActions &actions = window.currentView().actions();
    if (name == QLatin1String("warm-users"))
        actions.warmUsers().trigger();
    else if (name == QLatin1String("install-triggers"))
        actions.installTriggers().trigger();
    else if (name == QLatin1String("remove"))
        entries.findChild<EntriesActions *>()->removeSelected();
    else if (name != QLatin1String("start-choice"))
        actions.forceExpiry().trigger();
    else {
        startChoice = std::make_unique<StartChoiceDialog>(
            isHostile ? "postgresql://<b>hearth</b>@a-host-with-a-long-name.eu-west-1.rds.example.org:6543/app"
                      : "postgresql://hearth@db.example.org/app",
            [](const QUrl &) { return QString(); });
        startChoice->show();
    }
    settle();

    QWidget *dialog = visibleDialog();
    QVERIFY(dialog);
    save(*dialog, QString::fromUtf8(QTest::currentDataTag()));
    QVERIFY2(dialog->width() <= 1'280 && dialog->height() <= 800,
             qPrintable(QStringLiteral("%1x%2").arg(dialog->width()).arg(dialog->height())));
    for (const auto *button : dialog->findChildren<QAbstractButton *>()) {
        if (button->isVisible())
            QVERIFY2(button->width() >= button->minimumSizeHint().width(), qPrintable(button->text()));
    }
    for (const auto *label : dialog->findChildren<QLabel *>()) {
        if (label->isVisible() && !label->wordWrap() && !label->text().isEmpty())
            QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        else if (label->isVisible() && label->wordWrap())
            QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    QVERIFY(node.wasOnlyLookedAt());
}

void tst_DialogPictures::save(QWidget &dialog, const QString &name)
{
    const QString folder = qEnvironmentVariable("HEARTH_PICTURES");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    QVERIFY(dialog.grab().save(QDir(folder).filePath(QStringLiteral("dialog-%1.png").arg(name))));
}

QTEST_MAIN(tst_DialogPictures)
#include "tst_DialogPictures.moc"
