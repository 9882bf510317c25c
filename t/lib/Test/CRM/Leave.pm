package Test::CRM::Leave;

# Clients that say something, and leave while they wait, in each way that
# there is: the connection, the end of it, and of HTTP/2 the stream alone.
#
#     for my $how (hows()) {
#         leaves($t, $how, 'a name', sub { $wire->reached }, POST => …);
#     }

use warnings;
use strict;

use Exporter qw(import);
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More ();

use Test::CRM::H2;
use Test::CRM::Process qw(wait_for);

our @EXPORT_OK = qw(hows begins leaves left);

my @hows = (
    [ 'closes', 'Test::CRM::HTTP', 'PORT', sub { $_[0]->close } ],
    [ 'resets', 'Test::CRM::HTTP', 'PORT', sub {
        setsockopt $_[0]{socket}, SOL_SOCKET, SO_LINGER, pack 'll', 1, 0;
        $_[0]->close;
    } ],
    [ 'closes HTTP/2', 'Test::CRM::H2', 'PORT2', sub { $_[0]->close } ],
    [ 'cancels', 'Test::CRM::H2', 'PORT2', sub { $_[0]->reset } ],
);

# what NGINX notes at [info]
my $log = qr/client (?:prematurely closed|canceled stream)|\(104: /;


sub hows { @hows }
sub left { scalar(() = $_[0]->error_log =~ /$log/g) }


# Leaves once a condition holds, and returns when NGINX has noticed.

sub leaves {
    my ($t, $how, $name, $waits, @said) = @_;

    my $before = left($t);
    my $leave = begins($t, $how, @said);

    Test::More::ok(wait_for($waits), "$name, waits");
    $leave->();
    Test::More::ok(wait_for(sub { $before < left($t) }), "$name, $how->[0]");
}


# Says it; returns what leaves.

sub begins {
    my ($t, $how, $method, $target, %opt) = @_;

    my (undef, $class, $port, $leave) = @$how;
    my $client = $class->new($t->port($port));
    my @said = ($method, $target, %opt);

    if ($class eq 'Test::CRM::HTTP') {
        @said = Test::CRM::HTTP->text(@said);
        substr $said[0], -10, 10, '' if $opt{half};
    }

    $client->write(@said);

    return sub { $leave->($client) };
}


1;
