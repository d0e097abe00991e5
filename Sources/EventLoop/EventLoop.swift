internal import CLibUV
internal import Dispatch
internal import Glibc
internal import Synchronization

/// One thread that waits for file descriptors and timers (libuv) and runs the tasks that belong to it.
///
/// The loop is a *task* executor, never also a serial one (docs/decisions/0002). Everything a connection owns is
/// created, used and destroyed on its loop, so nothing on the path of a call takes a lock.
public final class EventLoop: TaskExecutor, @unchecked Sendable {  // its thread's alone, but for `inbox`
    /// Position of this loop in its group, from 0.
    public let index: Int

    let uv: UnsafeMutablePointer<uv_loop_t>
    private var prepare: UnsafeMutablePointer<uv_prepare_t>
    private var idle: UnsafeMutablePointer<uv_idle_t>
    private let wakeup: UnsafeMutablePointer<uv_async_t>

    private var jobs: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var flushables: [any LoopFlushable] = []
    private var flushing: [any LoopFlushable] = []
    private var locals: [ObjectIdentifier: AnyObject] = [:]

    private enum Phase {
        case running
        /// The loop's handles are about to be closed: actions come too late, tasks are run at the end.
        case ending
        case stopped
    }

    /// What other threads hand over; the only state that is shared.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var actions: [@Sendable () -> Void] = []
        var phase = Phase.running
        var isWoken = false
    }
    private let inbox = Mutex(Inbox())
    private let stopped = DispatchSemaphore(value: 0)

    init(index: Int) {
        self.index = index
        uv = .allocate(capacity: 1)
        prepare = .allocate(capacity: 1)
        idle = .allocate(capacity: 1)
        wakeup = .allocate(capacity: 1)
        precondition(uv_loop_init(uv) == 0, "libuv cannot create a loop: out of memory or file descriptors")
        let me = Unmanaged.passUnretained(self).toOpaque()
        uv_prepare_init(uv, prepare)
        prepare.pointee.data = me
        uv_prepare_start(prepare) { handle in EventLoop.from(handle!.pointee.data).runReady() }
        uv_idle_init(uv, idle)
        uv_async_init(uv, wakeup) { handle in EventLoop.from(handle!.pointee.data).takeInbox() }
        wakeup.pointee.data = me
    }

    deinit {
        prepare.deallocate()
        idle.deallocate()
        wakeup.deallocate()
        uv.deallocate()
    }

    private static func from(_ data: UnsafeMutableRawPointer) -> EventLoop {
        Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue()
    }

    // MARK: - Where am I

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "no thread-local key left")
        return key
    }()

    /// The loop whose thread this is, or nil on any other thread.
    public static var current: EventLoop? {
        guard let data = pthread_getspecific(key) else { return nil }
        return from(data)
    }

    /// Whether the caller runs on this loop's thread.
    public var isCurrent: Bool {
        pthread_getspecific(EventLoop.key) == Unmanaged.passUnretained(self).toOpaque()
    }

    /// Monotonic time in nanoseconds, as of the call.
    public static var now: UInt64 { uv_hrtime() }

    // MARK: - Work

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            return
        }
        let accepted = deliver(unless: { $0 == .stopped }) { $0.jobs.append(job) }
        // After the loop has ended its last tasks still have to finish somewhere: on the thread that woke them.
        if !accepted { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs `action` on the loop's thread; false when the loop is at its end and the action was dropped.
    @discardableResult
    public func execute(_ action: @escaping @Sendable () -> Void) -> Bool {
        deliver(unless: { $0 != .running }) { $0.actions.append(action) }
    }

    /// Starts a task whose every step runs on this loop.
    @discardableResult
    public func spawn(_ body: sending @escaping () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self, operation: body)
    }

    /// Asks for one `flush()` before the loop waits again: how many small writes become one system call.
    public func flushLater(_ flushable: any LoopFlushable) {
        assert(isCurrent, "flushLater is called on the loop")
        flushables.append(flushable)
    }

    /// The loop's own instance of a type, made at the first use; it lives until the loop ends.
    public func local<Value: AnyObject>(_ make: () -> Value) -> Value {
        assert(isCurrent, "what is local to a loop is used on it")
        let key = ObjectIdentifier(Value.self)
        if let known = locals[key] { return unsafeDowncast(known, to: Value.self) }
        let value = make()
        locals[key] = value
        return value
    }

    private func deliver(unless isTooLate: (Phase) -> Bool, _ put: (inout Inbox) -> Void) -> Bool {
        inbox.withLock { inbox in
            if isTooLate(inbox.phase) { return false }
            put(&inbox)
            // Under the lock: the loop closes this handle, too, once it has said that it is ending.
            if !inbox.isWoken, inbox.phase == .running { uv_async_send(wakeup) }
            inbox.isWoken = true
            return true
        }
    }

    private func takeInbox() {
        let (arrived, actions) = inbox.withLock { inbox in
            inbox.isWoken = false
            defer {
                inbox.jobs.removeAll(keepingCapacity: true)
                inbox.actions.removeAll(keepingCapacity: true)
            }
            return (inbox.jobs, inbox.actions)
        }
        jobs.append(contentsOf: arrived)
        for action in actions { action() }
    }

    /// Rounds of ready tasks between two looks at the file descriptors, so that busy tasks cannot starve them.
    private static let maximumRounds = 64

    private func runReady() {
        var rounds = 0
        while !jobs.isEmpty || !flushables.isEmpty {
            if rounds == EventLoop.maximumRounds { return pollWithoutWaiting() }
            rounds += 1
            runJobs()
            flush()
        }
        uv_idle_stop(idle)
    }

    /// An active idle handle makes libuv poll with a timeout of zero.
    private func pollWithoutWaiting() {
        uv_idle_start(idle) { _ in }
    }

    private func runJobs() {
        let executor = asUnownedTaskExecutor()
        swap(&jobs, &running)
        for job in running { job.runSynchronously(on: executor) }
        running.removeAll(keepingCapacity: true)
    }

    private func flush() {
        guard jobs.isEmpty else { return }  // let every ready task write first
        swap(&flushables, &flushing)
        for flushable in flushing { flushable.flush() }
        flushing.removeAll(keepingCapacity: true)
    }

    // MARK: - Life

    func start() {
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<EventLoop>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(code == 0, "cannot start a thread for an event loop")
        pthread_detach(thread)
    }

    private func run() {
        pthread_setspecific(EventLoop.key, Unmanaged.passUnretained(self).toOpaque())
        uv_run(uv, UV_RUN_DEFAULT)
        // What was accepted is done, as long as there are handles to do it with.
        let actions = inbox.withLock { inbox in
            inbox.phase = .ending
            defer { inbox.actions = [] }
            return inbox.actions
        }
        for action in actions { action() }
        locals.removeAll()
        closeHandles()
        uv_loop_close(uv)
        let left = inbox.withLock { inbox in
            inbox.phase = .stopped
            defer { inbox.jobs = [] }
            return inbox.jobs
        }
        jobs += left
        // Tasks that wake each other on their way out; not those that wait for something by yielding.
        for _ in 0..<EventLoop.maximumRounds where !jobs.isEmpty { runJobs() }
        jobs.removeAll()
        pthread_setspecific(EventLoop.key, nil)
        stopped.signal()
    }

    private func closeHandles() {
        uv_walk(uv, { handle, _ in if uv_is_closing(handle) == 0 { uv_close(handle, nil) } }, nil)
        // Asked twice to stop, it returns early.
        while uv_run(uv, UV_RUN_DEFAULT) != 0 {}
    }

    /// Ends the loop after the work at hand and waits for its thread. Never call it on a loop.
    func stop() {
        precondition(EventLoop.current == nil, "a loop cannot wait for its own end")
        guard execute({ uv_stop(self.uv) }) else { return }
        stopped.wait()
        stopped.signal()  // for whoever else waits
    }
}

/// What can be flushed once per turn of the loop. Confined to the loop.
public protocol LoopFlushable: AnyObject {
    func flush()
}
