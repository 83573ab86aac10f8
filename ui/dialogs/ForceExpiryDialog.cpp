// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ForceExpiryDialog.h"

#include "core/node/OnAnswer.h"
#include "ui/dialogs/NodeText.h"

#include <QButtonGroup>
#include <QRadioButton>
#include <QVBoxLayout>

#include <utility>

namespace hearth {

namespace {

// "412 entries"; one user is named.
QString whomText(const EntriesTarget &target, std::uint64_t expired)
{
    const auto *these = std::get_if<TheseUsers>(&target);
    return these != nullptr && these->identities.size() == 1 ? shortText(these->identities.front())
                                                             : entriesText(expired);
}

} // namespace

QString filterText(const EntriesFilter &filter)
{
    QStringList parts;
    if (filter.state)
        parts << (*filter.state == EntryState::Active ? ForceExpiryDialog::tr("active")
                                                      : ForceExpiryDialog::tr("expired"));
    if (!filter.language.empty())
        parts << languageText(filter.language);
    if (!filter.search.empty())
        parts << ForceExpiryDialog::tr("with “%1” in the name").arg(shortText(filter.search));
    return parts.isEmpty() ? ForceExpiryDialog::tr("all") : parts.join(ForceExpiryDialog::tr(", "));
}

QString targetText(const EntriesTarget &target)
{
    if (const auto *these = std::get_if<TheseUsers>(&target))
        return these->identities.size() == 1
                   ? ForceExpiryDialog::tr("The selected user")
                   : ForceExpiryDialog::tr("The %1 selected users").arg(countText(these->identities.size()));
    if (const auto *some = std::get_if<MatchingUsers>(&target))
        return ForceExpiryDialog::tr("Users that match the filter: %1").arg(filterText(some->filter));
    return ForceExpiryDialog::tr("Everyone");
}

ForceExpiryDialog::ForceExpiryDialog(NodeClient &node, EntriesTarget preselected, std::vector<EntriesTarget> others,
                                     QWidget *parent)
    : ActionDialog(node, tr("Force expiry"), tr("Their next read goes to the database. Nothing is deleted there."),
                   parent)
    , m_group(new QButtonGroup(this))
{
    const bool isForAll = std::holds_alternative<AllUsers>(preselected);
    addChoice(std::move(preselected));
    for (EntriesTarget &other : others)
        addChoice(std::move(other));
    if (!isForAll)
        addChoice(AllUsers{});
    connect(m_group, &QButtonGroup::idToggled, this, [this](int index, bool isOn) {
        if (isOn)
            choose(index);
    });
    m_group->button(0)->setChecked(true);
    m_group->button(0)->setFocus();
}

ForceExpiryDialog::ForceExpiryDialog(NodeClient &node, const std::string &identity, QWidget *parent)
    : ActionDialog(node, tr("Force expiry"), tr("The next read goes to the database. Nothing is deleted there."),
                   parent)
    , m_targets{TheseUsers{{identity}}}
{
    reserveExamples(1);
    choose(0);
}

void ForceExpiryDialog::addChoice(EntriesTarget target)
{
    auto *button = new QRadioButton(this);
    // An ampersand in a name is no mnemonic.
    button->setText(targetText(target).replace(QLatin1Char('&'), QLatin1String("&&")));
    m_group->addButton(button, static_cast<int>(m_targets.size()));
    choicesLayout()->addWidget(button);
    m_targets.push_back(std::move(target));
}

void ForceExpiryDialog::choose(int index)
{
    m_chosen = index;
    showProblem({});
    showCount(tr("Counting …"));
    showExamples({}, 0);
    offer(tr("Expire"), false);
    onAnswer(node().previewExpiry(m_targets[static_cast<std::size_t>(index)]), this,
             [this, request = ++m_request](const Result<ExpiryPreview> &preview) {
                 if (request != m_request)
                     return; // another choice superseded it
                 if (!preview) {
                     showCount(tr("How many they are is not known."));
                     showProblem(errorText(preview.error()));
                     return;
                 }
                 showCount(preview->count == 0 ? tr("None of them is active: there is nothing to expire.")
                           : preview->count == 1
                               ? tr("1 active entry expires at once.")
                               : tr("%1 active entries expire at once.").arg(hearth::countText(preview->count)));
                 showExamples(preview->examples, preview->count);
                 offer(tr("Expire %1").arg(entriesText(preview->count)), preview->count > 0);
             });
}

void ForceExpiryDialog::act()
{
    setBusy(true);
    showProblem({});
    onAnswer(node().expire(m_targets[static_cast<std::size_t>(m_chosen)]), this,
             [this](const Result<ExpiryOutcome> &outcome) {
                 setBusy(false);
                 if (!outcome) {
                     showProblem(errorText(outcome.error()));
                     return;
                 }
                 Q_EMIT expired(*outcome, whomText(m_targets[static_cast<std::size_t>(m_chosen)], outcome->expired));
                 accept();
             });
}

} // namespace hearth
