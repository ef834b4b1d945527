import os
import signal
import threading

import pytest

from bsclib.batch.interrupts import interrupts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows cannot send itself these")


def handlers():
    return [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]


@pytest.fixture(params=[signal.SIG_DFL, signal.SIG_IGN, signal.default_int_handler])
def before(request):
    old = signal.signal(signal.SIGINT, request.param)
    yield request.param
    signal.signal(signal.SIGINT, old)


def test_once_and_twice(before):
    told, was = [], handlers()
    with interrupts(lambda: told.append("once"), lambda: told.append("twice")) as came:
        assert came == []
        os.kill(os.getpid(), signal.SIGINT)
        assert (told, came) == (["once"], [signal.SIGINT])
        os.kill(os.getpid(), signal.SIGTERM)
        assert (told, came) == (["once", "twice"], [signal.SIGINT, signal.SIGTERM])
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert handlers() == was
    assert handlers()[0] == before


def test_sigterm_counts_too():
    with interrupts(lambda: None, lambda: None) as came:
        os.kill(os.getpid(), signal.SIGTERM)
    assert came == [signal.SIGTERM]


def test_what_it_does_need_not_go_well_for_the_handlers_to_come_back():
    was = handlers()
    with pytest.raises(ZeroDivisionError), interrupts(lambda: 1 / 0, lambda: None):
        os.kill(os.getpid(), signal.SIGINT)
    assert handlers() == was


def test_outside_the_main_thread_nothing_is_changed():
    was, found = handlers(), []

    def work():
        with interrupts(lambda: None, lambda: None) as came:
            found.extend([*came, *handlers()])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == was
