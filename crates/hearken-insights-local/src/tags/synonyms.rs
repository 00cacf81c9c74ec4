//! Words of business that mean nearly the same, by the subject a tag is named after.

use hearken_domain::insight::SignalKind;

/// A subject.
pub(crate) struct Subject {
    /// Words that a tag's name may have for it; the first of several words need not be adjacent.
    pub(crate) names: &'static str,
    /// Phrases that people use when they talk about it, separated by commas.
    pub(crate) phrases: &'static str,
    /// The signal that shows it, too.
    pub(crate) signal: Option<SignalKind>,
}

/// All of them.
pub(crate) const SUBJECTS: &[Subject] = &[
    Subject {
        names: "pricing price prices cost costs budget quote",
        phrases: "price, pricing, cost, budget, fee, discount, expensive, cheaper, per seat, how much, dollar, euro, pound, quote, per month, spend, overspend",
        signal: Some(SignalKind::Pricing),
    },
    Subject {
        names: "competitor competitors competition competitive",
        phrases: "competitor, alternative, another vendor, other vendor, compared to, switch to",
        signal: Some(SignalKind::Competitor),
    },
    Subject {
        names: "churn cancellation cancel retention attrition",
        phrases: "cancel, cancellation, terminate, alternative, migration, churn, leave you, end the contract",
        signal: None,
    },
    Subject {
        names: "claim claims damage",
        phrases: "claim, damage, policy, deductible, adjuster, cover, accident, insurance, burst",
        signal: None,
    },
    Subject {
        names: "document documents paperwork",
        phrases: "document, form, photo, invoice, receipt, certificate, upload, attachment, signed copy, paperwork",
        signal: None,
    },
    Subject {
        names: "booking reservation bookings",
        phrases: "book, booking, reserve, reservation, available, availability, date in mind, pencil us in",
        signal: None,
    },
    Subject {
        names: "catering food menu",
        phrases: "food, menu, catering, vegan, vegetarian, allergy, drink, lunch, dinner, buffet",
        signal: None,
    },
    Subject {
        names: "delivery deliveries shipping logistics",
        phrases: "delivery, deliver, ship, shipment, courier, parcel, warehouse, tracking",
        signal: None,
    },
    Subject {
        names: "release deployment",
        phrases: "release, deploy, rollout, roll out, version, launch, roll back",
        signal: None,
    },
    Subject {
        names: "reporting report analytics",
        phrases: "report, dashboard, figures, metric, numbers, statistics, analytics",
        signal: None,
    },
    Subject {
        names: "creative design",
        phrases: "design, photo, picture, image, layout, logo, banner, copywriting, artwork",
        signal: None,
    },
    Subject { names: "trial pilot poc", phrases: "trial, pilot, proof of concept, test phase, try it", signal: None },
    Subject {
        names: "tender procurement purchasing",
        phrases: "tender, procurement, purchasing, purchase order, rfp, bid",
        signal: None,
    },
    Subject {
        names: "migration",
        phrases: "migration, migrate, import, data transfer, cut-over, legacy",
        signal: None,
    },
    Subject { names: "performance", phrases: "slow, performance, latency, timeout, faster, load time", signal: None },
    Subject {
        names: "warranty returns return",
        phrases: "warranty, return, replacement, repair, guarantee",
        signal: None,
    },
    Subject {
        names: "marketing campaign",
        phrases: "marketing, campaign, ads, newsletter, social media, landing page",
        signal: None,
    },
    Subject {
        names: "partnership partner",
        phrases: "partner, partnership, reseller, referral, co-marketing",
        signal: None,
    },
    Subject {
        names: "feature features",
        phrases: "feature, wish list, would be great if, it would help if, missing feature",
        signal: None,
    },
    Subject {
        names: "renewal renewals renew extension",
        phrases: "renewal, renew, extend, contract end, expire",
        signal: None,
    },
    Subject {
        names: "hiring recruiting recruitment interview candidate",
        phrases: "hire, interview, candidate, salary, notice period, applicant, job offer, resume, on-call",
        signal: None,
    },
    Subject {
        names: "salary compensation pay",
        phrases: "salary, compensation, bonus, notice period, pay rise",
        signal: None,
    },
    Subject {
        names: "bug bugs defect defects outage incident",
        phrases: "bug, defect, crash, error, broken, fix, outage, down for, incident, failed",
        signal: None,
    },
    Subject {
        names: "login access authentication",
        phrases: "login, log in, sign in, password, sso, single sign-on, locked out",
        signal: None,
    },
    Subject {
        names: "onboarding kickoff implementation rollout",
        phrases: "onboarding, kick-off, kickoff, rollout, go live, launch, implementation, set up",
        signal: None,
    },
    Subject {
        names: "training workshop",
        phrases: "training, train, workshop, session, course, tutorial",
        signal: None,
    },
    Subject {
        names: "demo demonstration",
        phrases: "demo, my screen, walk you through, trial account, show you",
        signal: None,
    },
    Subject {
        names: "legal contract contracts terms",
        phrases: "contract, clause, liability, lawyer, legal, counsel, nda, terms, terminate",
        signal: None,
    },
    Subject {
        names: "security compliance audit",
        phrases: "security, audit, auditor, penetration test, encryption, vulnerability, compliance, access log",
        signal: None,
    },
    Subject {
        names: "privacy gdpr protection",
        phrases: "gdpr, data protection, privacy, personal data, patient data, consent, retention",
        signal: None,
    },
    Subject {
        names: "integration integrations api",
        phrases: "integration, integrate, api, webhook, connector, connect to",
        signal: None,
    },
    Subject {
        names: "refund refunds credit",
        phrases: "refund, money back, reimburse, credit note, want that back",
        signal: None,
    },
    Subject {
        names: "billing invoice invoices payment",
        phrases: "invoice, billing, payment, charge, credit card",
        signal: None,
    },
    Subject {
        names: "delay delays late slippage",
        phrases: "delay, late, slip, behind schedule, postpone, lost days, deadline",
        signal: None,
    },
    Subject {
        names: "escalation escalate complaint complaints",
        phrases: "complaint, complain, escalate, unacceptable, had enough, manager, supervisor, nobody fixed",
        signal: None,
    },
    Subject {
        names: "negotiation negotiating",
        phrases: "discount, terms, offer, setup fee, contract, concession",
        signal: None,
    },
    Subject {
        names: "holiday vacation travel",
        phrases: "vacation, holiday, summer, trip, flight, hotel",
        signal: None,
    },
    Subject {
        names: "retrospective retro postmortem",
        phrases: "retro, retrospective, postmortem, went well, went wrong",
        signal: None,
    },
    Subject {
        names: "roadmap planning",
        phrases: "roadmap, quarter, milestone, estimate, priority, postpone",
        signal: None,
    },
    Subject {
        names: "status project",
        phrases: "status, milestone, go live, deadline, on track, steering",
        signal: None,
    },
    Subject {
        names: "praise testimonial",
        phrases: "delighted, love it, fantastic product, recommend you, impressed",
        signal: None,
    },
    Subject {
        names: "upsell expansion",
        phrases: "more seats, upgrade, bigger plan, add seats, additional licences",
        signal: None,
    },
    Subject {
        names: "support ticket helpdesk",
        phrases: "support ticket, open ticket, support, helpdesk, not working, doesn't work, outage, reset, on the blink",
        signal: None,
    },
    Subject {
        names: "discovery",
        phrases: "pain point, how do you handle, biggest problem, looking for, good outcome",
        signal: None,
    },
    Subject {
        names: "objection objections",
        phrases: "not convinced, too expensive",
        signal: Some(SignalKind::Objection),
    },
    Subject { names: "risk risks", phrases: "risk, worried, concern", signal: Some(SignalKind::Risk) },
];
