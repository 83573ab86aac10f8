// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ThemeController.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/NavigationRail.h"
#include "ui/widgets/Pill.h"
#include "ui/widgets/SegmentedControl.h"
#include "ui/widgets/StatTile.h"
#include "ui/widgets/Toast.h"
#include "ui/widgets/VisibleText.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace hearth;

static const QString html = QStringLiteral("<b>ada</b><img src='file:///etc/passwd'>");

// The small widgets of the frame, each with its promise.
class TestWidgets final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void visibleTextShowsWhatHides_data();
    void visibleTextShowsWhatHides();
    void toolTipsNeverRenderData();
    void tileKeepsItsWidth();
    void tileIsPressedByKeyboardOnlyWhenClickable();
    void tileSaysItsStateInWords();
    void railMovesByArrowsAndShortcuts();
    void railCollapsesInANarrowWindow();
    void segmentsMoveByArrows();
    void elidedLabelCutsAndTellsTheWhole();
    void elidedLabelCopiesTheWhole();
    void pillShortensLongNames();
    void pillKeepsTheWordsBehindALongName();
    void emptyStateLeavesNoWordAlone();
    void emptyStateFitsOtherWords();
    void toastShowsPlainText();
    void toastsQueueAndGo();
    void toastActionRunsOnce();
    void toastsStayInsideTheirHost();
    void bannerStaysQuietWhenNothingChanged();
    void everythingFocusableHasAName();
};

void TestWidgets::initTestCase()
{
    new ThemeController(*qApp, this);
}

void TestWidgets::visibleTextShowsWhatHides_data()
{
    QTest::addColumn<QString>("data");
    QTest::addColumn<QString>("shown");
    const QString names = QStringLiteral("Ọmọ Ìgbò, Yorùbá, Ƙàà");
    QTest::newRow("names are unchanged") << names << names;
    QTest::newRow("right-to-left override") << QStringLiteral("a\u202Eb") << QStringLiteral("a\u27E8U+202E\u27E9b");
    QTest::newRow("isolate") << QStringLiteral("\u2066x") << QStringLiteral("\u27E8U+2066\u27E9x");
    QTest::newRow("line break") << QStringLiteral("a\nb") << QStringLiteral("a\u27E8U+000A\u27E9b");
    QTest::newRow("escape") << QStringLiteral("\u001B[2J") << QStringLiteral("\u27E8U+001B\u27E9[2J");
    QTest::newRow("zero width space") << QStringLiteral("a\u200Bb") << QStringLiteral("a\u27E8U+200B\u27E9b");
    QTest::newRow("byte order mark") << QStringLiteral("\uFEFFa") << QStringLiteral("\u27E8U+FEFF\u27E9a");
    QTest::newRow("tag character") << QStringLiteral("a\U000E0041") << QStringLiteral("a\u27E8U+E0041\u27E9");
    QTest::newRow("emoji are unchanged") << QStringLiteral("\U0001F525") << QStringLiteral("\U0001F525");
    QTest::newRow("half a surrogate") << QString(QChar(0xD83D)) << QStringLiteral("\u27E8U+D83D\u27E9");
}

void TestWidgets::visibleTextShowsWhatHides()
{
    QFETCH(QString, data);
    QTEST(visibleText(data), "shown");
}

void TestWidgets::toolTipsNeverRenderData()
{
    const QString tip = plainToolTip(html);
    QVERIFY(!tip.contains(QStringLiteral("<b>")) && !tip.contains(QStringLiteral("<img")));
    QCOMPARE(plainToolTip(QStringLiteral("plain words")), QStringLiteral("plain words"));
}

void TestWidgets::tileKeepsItsWidth()
{
    StatTile tile(QStringLiteral("Active entries"));
    tile.setValue(QStringLiteral("0"));
    const QSize before = tile.sizeHint();

    tile.setValue(QStringLiteral("1,234,567"));
    tile.setSubline(QStringLiteral("of ten million entries that this node may hold"));
    tile.setTone(Tone::Error);

    QCOMPARE(tile.sizeHint(), before);
    const int needed = QFontMetrics(textFont(TextRole::Value)).horizontalAdvance(QStringLiteral("1,234,567"));
    QVERIFY(before.width() >= needed + 2 * space::m);
}

void TestWidgets::tileIsPressedByKeyboardOnlyWhenClickable()
{
    StatTile tile(QStringLiteral("Next cleanup"));
    tile.show();
    QSignalSpy clicked(&tile, &StatTile::clicked);
    QTest::keyClick(&tile, Qt::Key_Return);
    QTest::mouseClick(&tile, Qt::LeftButton);
    QCOMPARE(clicked.count(), 0);
    QCOMPARE(tile.focusPolicy(), Qt::NoFocus);

    tile.setClickable(true);
    QTest::keyClick(&tile, Qt::Key_Return);
    QTest::keyClick(&tile, Qt::Key_Space);
    QTest::mouseClick(&tile, Qt::LeftButton);
    QCOMPARE(clicked.count(), 3);
}

void TestWidgets::tileSaysItsStateInWords()
{
    StatTile tile(QStringLiteral("Database p95"));
    tile.setValue(QStringLiteral("4.2 s"));
    tile.setTone(Tone::Warning);
    QCOMPARE(tile.accessibleName(), QStringLiteral("Database p95: 4.2 s, warning"));
}

static void addPages(NavigationRail &rail)
{
    rail.addPage(Glyph::Overview, QStringLiteral("Overview"), QKeySequence(Qt::CTRL | Qt::Key_1));
    rail.addPage(Glyph::Entries, QStringLiteral("Entries"), QKeySequence(Qt::CTRL | Qt::Key_2));
    rail.addPage(Glyph::Profile, QStringLiteral("Profile"), QKeySequence(Qt::CTRL | Qt::Key_3));
}

void TestWidgets::railMovesByArrowsAndShortcuts()
{
    QWidget window;
    auto *rail = new NavigationRail(&window);
    addPages(*rail);
    window.resize(1200, 600);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSignalSpy changed(rail, &NavigationRail::currentChanged);
    QCOMPARE(rail->currentIndex(), 0);

    auto *first = rail->findChild<QAbstractButton *>();
    first->setFocus();
    QTest::keyClick(first, Qt::Key_Down);
    QCOMPARE(rail->currentIndex(), 1);
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    QCOMPARE(rail->currentIndex(), 2);
    rail->setCurrentIndex(2); // again: nothing to say
    rail->setCurrentIndex(7);
    QCOMPARE(changed.count(), 2);
}

void TestWidgets::railCollapsesInANarrowWindow()
{
    QWidget window;
    auto *layout = new QHBoxLayout(&window);
    auto *rail = new NavigationRail;
    addPages(*rail);
    layout->addWidget(rail);
    layout->addStretch();
    window.resize(1280, 600);
    window.show();
    const int wide = rail->width();

    window.resize(900, 600);
    QVERIFY(rail->isCollapsed());
    QVERIFY(rail->width() < wide / 2);
    QVERIFY(!rail->findChild<QAbstractButton *>()->toolTip().isEmpty());
    window.resize(1280, 600);
    QVERIFY(!rail->isCollapsed());
    QCOMPARE(rail->width(), wide);
}

void TestWidgets::segmentsMoveByArrows()
{
    SegmentedControl control(QStringLiteral("Window"));
    control.addSegment(QStringLiteral("1 min"), 60);
    control.addSegment(QStringLiteral("5 min"), 300);
    control.show();
    control.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&control));
    QSignalSpy changed(&control, &SegmentedControl::currentChanged);
    const int width = control.sizeHint().width();

    auto *first = control.findChild<QAbstractButton *>();
    first->setFocus();
    QTest::keyClick(first, Qt::Key_Right);

    QCOMPARE(control.currentData().toInt(), 300);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(control.sizeHint().width(), width); // the current one is bold, and nothing moved
}

void TestWidgets::elidedLabelCutsAndTellsTheWhole()
{
    ElidedLabel label(html + QStringLiteral("\u202E") + QString(200, QLatin1Char('x')));
    label.resize(120, 20);
    label.show();

    QVERIFY(label.isElided());
    QVERIFY(label.shownText().endsWith(QChar(0x2026)));
    QVERIFY(!label.toolTip().contains(QStringLiteral("<img")));
    QVERIFY(label.toolTip().contains(QStringLiteral("U+202E")));
    label.setText(QStringLiteral("ada"));
    QVERIFY(!label.isElided());
    QVERIFY(label.toolTip().isEmpty());
}

void TestWidgets::elidedLabelCopiesTheWhole()
{
    const QString identity = QString(200, QLatin1Char('x')) + QStringLiteral("\u202E");
    ElidedLabel label(identity);
    label.setSelectable(true);
    label.resize(120, 20);
    label.show();

    QTest::keyClick(&label, Qt::Key_C, Qt::ControlModifier);

    QCOMPARE(QGuiApplication::clipboard()->text(), identity);
}

void TestWidgets::pillShortensLongNames()
{
    Pill pill;
    pill.setText(QString(300, QLatin1Char('n')), QStringLiteral("production"));
    pill.resize(200, pill.sizeHint().height());
    pill.show();
    QVERIFY(pill.minimumSizeHint().width() <= 200);
    QVERIFY(pill.toolTip().contains(QStringLiteral("production")));
}

void TestWidgets::pillKeepsTheWordsBehindALongName()
{
    const auto pictureOf = [](const QString &quiet) {
        Pill pill;
        pill.setText(QString(300, QLatin1Char('n')), quiet);
        pill.resize(300, pill.sizeHint().height());
        return pill.grab().toImage();
    };

    QVERIFY(pictureOf(QStringLiteral("staging")) == pictureOf(QStringLiteral("staging")));
    QVERIFY(pictureOf(QStringLiteral("staging")) != pictureOf(QStringLiteral("testing")));
}

// A label that was made narrow for the words before tells no height for less: the next ones must not suffer.
void TestWidgets::emptyStateFitsOtherWords()
{
    EmptyState empty;
    empty.resize(800, 400);
    empty.show();
    empty.setContent(Glyph::Entries, QStringLiteral("Loading …"),
                     QStringLiteral("The node was asked for its entries."));

    empty.setContent(Glyph::Error, QStringLiteral("It could not be read"), QStringLiteral("Nothing listens there."));

    const auto labels = empty.findChildren<QLabel *>();
    for (const QLabel *label : {labels.at(1), labels.at(2)})
        QVERIFY2(label->width() >= label->fontMetrics().horizontalAdvance(label->text()), qPrintable(label->text()));
}

void TestWidgets::emptyStateLeavesNoWordAlone()
{
    EmptyState empty;
    empty.resize(800, 400);
    empty.setContent(Glyph::Entries, QStringLiteral("Nothing"),
                     QStringLiteral("Users appear here as soon as their profiles are read, or when you warm all of "
                                    "them."));
    empty.show();

    const auto *sentence = empty.findChildren<QLabel *>().constLast();
    const int line = sentence->fontMetrics().lineSpacing();
    QVERIFY(sentence->text().startsWith(QStringLiteral("Users")));
    QCOMPARE(sentence->height() / line, 2);
    const int needed = sentence->fontMetrics().horizontalAdvance(sentence->text());
    QVERIFY2(sentence->width() < needed * 2 / 3, qPrintable(QString::number(sentence->width())));
}

void TestWidgets::toastShowsPlainText()
{
    QWidget host;
    host.resize(800, 600);
    host.show();
    ToastArea area(host);

    area.show(html, Tone::Ok);

    auto *label = host.findChild<Toast *>()->findChild<QLabel *>();
    QCOMPARE(label->textFormat(), Qt::PlainText);
    QCOMPARE(label->text(), html);
}

void TestWidgets::toastsQueueAndGo()
{
    QWidget host;
    host.resize(800, 600);
    host.show();
    ToastArea area(host);
    ToastMessage brief;
    brief.text = QStringLiteral("done");
    brief.duration = std::chrono::milliseconds(1);

    for (int i = 0; i < 5; ++i)
        area.show(brief);
    QCOMPARE(area.visibleCount(), ToastArea::maximumVisible);
    QCOMPARE(area.waitingCount(), 2);
    QTRY_COMPARE(area.visibleCount(), 0);

    for (int i = 0; i < 100; ++i)
        area.show(QStringLiteral("flood"));
    QCOMPARE(area.waitingCount(), ToastArea::maximumWaiting);
}

void TestWidgets::toastActionRunsOnce()
{
    QWidget host;
    host.resize(800, 600);
    host.show();
    ToastArea area(host);
    int undone = 0;
    ToastMessage message;
    message.text = QStringLiteral("Expired 412 entries");
    message.actionText = QStringLiteral("Undo");
    message.action = [&undone] { ++undone; };
    area.show(message);

    auto *button = host.findChild<Toast *>()->findChild<QPushButton *>();
    button->click();
    button->click();

    QCOMPARE(undone, 1);
    QCOMPARE(area.visibleCount(), 0);
}

void TestWidgets::toastsStayInsideTheirHost()
{
    QWidget host;
    host.resize(700, 500);
    host.show();
    ToastArea area(host);
    area.show(QString(600, QLatin1Char('w')).replace(50, 1, QLatin1Char(' ')), Tone::Error);
    area.show(QStringLiteral("short"));

    host.resize(500, 400);

    for (const Toast *toast : host.findChildren<Toast *>())
        QVERIFY(host.rect().contains(toast->geometry()));
}

void TestWidgets::bannerStaysQuietWhenNothingChanged()
{
    Banner banner;
    QVERIFY(banner.isHidden());
    banner.showMessage(Tone::Error, html, QStringLiteral("next try in 4 s"), QStringLiteral("Try now"));
    QVERIFY(!banner.isHidden());
    QCOMPARE(banner.title(), html);
    for (const QLabel *label : banner.findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
    QSignalSpy triggered(&banner, &Banner::actionTriggered);
    banner.findChild<QPushButton *>()->click();
    QCOMPARE(triggered.count(), 1);
    banner.clear();
    QVERIFY(banner.isHidden());
}

void TestWidgets::everythingFocusableHasAName()
{
    QWidget host;
    host.resize(800, 600);
    auto *rail = new NavigationRail(&host);
    addPages(*rail);
    auto *segments = new SegmentedControl(QStringLiteral("Window"), &host);
    segments->addSegment(QStringLiteral("1 min"));
    auto *tile = new StatTile(QStringLiteral("Next cleanup"), &host);
    tile->setClickable(true);
    auto *label = new ElidedLabel(QStringLiteral("ada"), &host);
    label->setSelectable(true);
    auto *banner = new Banner(&host);
    banner->setDismissible(true);
    banner->showMessage(Tone::Ok, QStringLiteral("title"), QStringLiteral("sentence"), QStringLiteral("Do it"));
    auto *empty = new EmptyState(&host);
    empty->setContent(Glyph::Search, QStringLiteral("Nothing"), QStringLiteral("found"), QStringLiteral("Again"));
    ToastArea area(host);
    area.show(QStringLiteral("done"));
    host.show();

    for (const QWidget *widget : host.findChildren<QWidget *>()) {
        if (widget->focusPolicy() == Qt::NoFocus ||
            qobject_cast<const QLabel *>(widget)) // a label is named by its text
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const QString name = widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
        QVERIFY2(!name.isEmpty(), widget->metaObject()->className());
    }
}

QTEST_MAIN(TestWidgets)
#include "tst_Widgets.moc"
